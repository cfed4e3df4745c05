import { cpus, loadavg } from 'node:os'
import { launchBrowser } from '../../e2e/harness/browsers.js'
import { startModelServer } from '../../e2e/harness/modelServer.js'
import { median } from '../connect/measure.js'
import { markdownTokens } from './answer.js'
import { startCandidates, type Candidate } from './candidates.js'
import { measureOnce, type Measurement } from './measure.js'
import { THREAD_LENGTH } from './thread.js'

const HELP = `npm run bench -- stream [--runs 5] [--seconds 10] [--rates 100,200]

Renders a streaming Markdown answer (headings, lists, tables, code, links) below a thread of ${THREAD_LENGTH} messages, in Chromium on
this machine: tasks over 50 ms, frames per second, and what the page's main thread spends. Beside the web app, in the same
run and interleaved with it, a bare page that renders everything anew at each token. Medians are printed.`

function numberAfter(name: string, otherwise: string): number[] {
  const asked = process.argv.indexOf(name)
  const values = (asked === -1 ? otherwise : (process.argv[asked + 1] ?? '')).split(',').map(Number)
  if (!values.every((value) => Number.isInteger(value) && value > 0)) throw new Error(`${name} takes whole numbers, for instance ${name} ${otherwise}`)
  return values
}

const load = (): string =>
  loadavg()
    .map((value) => value.toFixed(2))
    .join(' ')

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return void console.log(HELP)
  const [runs = 5] = numberAfter('--runs', '5')
  const [seconds = 10] = numberAfter('--seconds', '10')
  const rates = numberAfter('--rates', '100,200')
  const loadBefore = load()
  const model = await startModelServer()
  const [{ candidates, stop }, browser] = await Promise.all([startCandidates(model), launchBrowser('chromium')])
  const measured = new Map<string, Measurement[]>()
  try {
    for (let run = 0; run < runs; run += 1) {
      for (const rate of rates) {
        const tokens = markdownTokens(rate * seconds)
        // The other one first each time, so that nobody always comes after the same neighbour.
        for (const candidate of run % 2 === 0 ? candidates : candidates.toReversed()) {
          const result = await measureOnce(browser, candidate, model, tokens, rate)
          const key = `${candidate.name} ${rate}`
          measured.set(key, [...(measured.get(key) ?? []), result])
          process.stderr.write(
            `run ${run + 1} of ${runs}, ${key}/s: ${result.longTasks.length} long tasks, ${result.scriptMs.toFixed(0)} ms/s of script, load ${load()}\n`,
          )
        }
      }
    }
  } finally {
    await browser.close()
    await stop()
    await model.close()
  }
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}`
  console.log(
    `A streaming Markdown answer below ${THREAD_LENGTH} messages, ${seconds} s · Chromium ${browser.version()} · Node ${process.versions.node} · ${machine} · load ${loadBefore} before, ${load()} after · medians of ${runs}\n`,
  )
  printTable(candidates, rates, measured)
  const command = `npm run bench -- stream --runs ${runs} --seconds ${seconds} --rates ${rates.join(',')}`
  console.log(`\n${candidates.map(({ name, what }) => `${name}: ${what}`).join('\n')}\n\nCommand: ${command}`)
}

function printTable(candidates: readonly Candidate[], rates: readonly number[], measured: ReadonlyMap<string, readonly Measurement[]>): void {
  const headings = [
    'tokens/s',
    'page',
    'long tasks in each run',
    'longest',
    'time in them',
    'frames/s',
    'longest gap',
    'script',
    '× ours',
    'main thread',
    '× ours',
    'complete after',
  ]
  console.log(`| ${headings.join(' | ')} |\n|---:|---|---|${'---:|'.repeat(headings.length - 3)}`)
  for (const rate of rates) {
    const of = (name: string, pick: (measurement: Measurement) => number): number => median((measured.get(`${name} ${rate}`) ?? []).map(pick))
    const own = candidates[0]?.name ?? ''
    for (const { name } of candidates) {
      const all = measured.get(`${name} ${rate}`) ?? []
      const longTasks = all.flatMap((each) => each.longTasks)
      const ratio = (pick: (measurement: Measurement) => number): string => (of(name, pick) / of(own, pick)).toFixed(1)
      const cells = [
        of(name, (each) => each.tokensPerSecond).toFixed(0),
        name,
        all.map((each) => each.longTasks.length).join(' '),
        longTasks.length === 0 ? '–' : `${Math.max(...longTasks).toFixed(0)} ms`,
        `${of(name, (each) => each.longTaskMs).toFixed(0)} ms/s`,
        of(name, (each) => each.framesPerSecond).toFixed(1),
        `${of(name, (each) => each.longestGapMs).toFixed(0)} ms`,
        `${of(name, (each) => each.scriptMs).toFixed(0)} ms/s`,
        ratio((each) => each.scriptMs),
        `${of(name, (each) => each.taskMs).toFixed(0)} ms/s`,
        ratio((each) => each.taskMs),
        `${of(name, (each) => each.afterMs).toFixed(0)} ms`,
      ]
      console.log(`| ${cells.join(' | ')} |`)
    }
  }
}

await main()
