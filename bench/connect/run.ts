import { cpus } from 'node:os'
import { launchBrowser } from '../../e2e/harness/browsers.js'
import { measureOnce, median, type Measurement } from './measure.js'
import { startCandidates } from './sites.js'

const HELP = `npm run bench -- connect [--runs 20]

Time from navigation to the first frame over the socket, for a session that is restored, in Chromium on this machine, and
the requests before it. Visits are interleaved; the browser's cache is warm; medians are printed.`

/** Visits that fill the browser's cache and are not counted. */
const WARM_UP = 2

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return void console.log(HELP)
  const asked = process.argv.indexOf('--runs')
  const runs = asked === -1 ? 20 : Number(process.argv[asked + 1])
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs takes a whole number, for instance --runs 20')
  const [{ candidates, stop }, browser] = await Promise.all([startCandidates(), launchBrowser('chromium')])
  try {
    const measured = new Map<string, Measurement[]>(candidates.map(({ name }) => [name, []]))
    const contexts = await Promise.all(
      candidates.map(async (candidate) => {
        const context = await browser.newContext()
        await candidate.signIn(context)
        return context
      }),
    )
    for (let run = -WARM_UP; run < runs; run += 1) {
      // Another order each time, so that nobody always comes after the same neighbour.
      for (let turn = 0; turn < candidates.length; turn += 1) {
        const index = (turn + run + WARM_UP) % candidates.length
        const candidate = candidates[index]
        const context = contexts[index]
        if (candidate === undefined || context === undefined) continue
        const result = await measureOnce(context, candidate.address, candidate.name !== 'the whole web app')
        if (run >= 0) measured.get(candidate.name)?.push(result)
      }
    }
    print(candidates, measured, runs, browser.version())
  } finally {
    await browser.close()
    await stop()
  }
}

function print(candidates: { name: string; what: string }[], measured: Map<string, Measurement[]>, runs: number, version: string): void {
  const of = (name: string, pick: (measurement: Measurement) => number | null): number =>
    median((measured.get(name) ?? []).map((each) => pick(each) ?? Number.NaN))
  const own = of('@symphainy/client', (each) => each.firstFrameMs)
  const ms = (value: number): string => (Number.isNaN(value) ? '–' : `${value.toFixed(1)} ms`)
  console.log(
    `Navigation to first frame, session restored · Chromium ${version} · Node ${process.versions.node} · ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'} · medians of ${runs}\n`,
  )
  console.log('| page | first frame | × ours | user known and connected | requests before it | of these calls |')
  console.log('|---|---:|---:|---:|---:|---:|')
  for (const { name } of candidates) {
    const firstFrame = of(name, (each) => each.firstFrameMs)
    const cells = [
      ms(firstFrame),
      (firstFrame / own).toFixed(2),
      ms(of(name, (each) => each.usableMs)),
      of(name, (each) => each.requests),
      of(name, (each) => each.calls),
    ]
    console.log(`| ${name} | ${cells.join(' | ')} |`)
  }
  console.log(`\n${candidates.map(({ name, what }) => `${name}: ${what}`).join('\n')}\n\nCommand: npm run bench -- connect --runs ${runs}`)
}

await main()
