import { performance } from 'node:perf_hooks'
import type { Browser } from 'playwright-core'
import type { ModelServer } from '../../e2e/harness/modelServer.js'
import { until } from '../../e2e/harness/patience.js'
import { LAST_WORDS } from './answer.js'
import type { Candidate } from './candidates.js'

export interface Measurement {
  /** What was really written, from the first token to the last. */
  tokensPerSecond: number
  /** Tasks of the page's main thread over 50 ms, in milliseconds, from the question to the complete answer. */
  longTasks: number[]
  /** In them, in milliseconds a second. */
  longTaskMs: number
  /** Frames that took over 50 ms, each with the scripts that ran in it. */
  longFrames: string[]
  framesPerSecond: number
  /** The longest time between two frames, in milliseconds. */
  longestGapMs: number
  /** CPU time of the page's main thread, in milliseconds a second: JavaScript, and everything with style, layout and paint. */
  scriptMs: number
  taskMs: number
  /** From the last token to the complete answer on the page, in milliseconds. */
  afterMs: number
}

interface Noted {
  longTasks: { at: number; ms: number }[]
  longFrames: { endedAt: number; what: string }[]
  frames: number[]
}

/** What Chromium tells of a frame that took over 50 ms; the DOM's types do not know it yet. */
interface LongFrame extends PerformanceEntry {
  scripts: { invoker: string; duration: number; sourceURL: string; sourceCharPosition: number }[]
}

/** Runs in the page before its own scripts. */
export function notePerformance(): void {
  const noted: Noted = { longTasks: [], longFrames: [], frames: [] }
  Object.assign(window, { noted })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) noted.longTasks.push({ at: entry.startTime, ms: entry.duration })
  }).observe({ type: 'longtask', buffered: true })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as LongFrame[]) {
      const scripts = entry.scripts.map(
        ({ invoker, duration, sourceURL, sourceCharPosition }) => `${invoker} ${duration.toFixed(0)} ms ${sourceURL}:${sourceCharPosition}`,
      )
      noted.longFrames.push({ endedAt: entry.startTime + entry.duration, what: `${entry.duration.toFixed(0)} ms: ${scripts.join(', ') || 'no script'}` })
    }
  }).observe({ type: 'long-animation-frame', buffered: true })
  // A method: around a function that is given a name, the loader puts a call that the page does not know.
  const frames = {
    next(at: number): void {
      noted.frames.push(at)
      requestAnimationFrame(frames.next)
    },
  }
  requestAnimationFrame(frames.next)
}

/** So long a page is left alone before the question, so that loading it is not measured. */
const SETTLE_MS = 1000
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export async function measureOnce(browser: Browser, candidate: Candidate, model: ModelServer, tokens: readonly string[], rate: number): Promise<Measurement> {
  const page = await candidate.open(browser)
  try {
    const cdp = await page.context().newCDPSession(page)
    // The thread's own time: what others do on the machine is not counted.
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
    const metrics = async (): Promise<(name: string) => number> => {
      const { metrics: list } = await cdp.send('Performance.getMetrics')
      return (name) => (list.find((metric) => metric.name === name)?.value ?? Number.NaN) * 1000
    }
    await pause(SETTLE_MS)
    await candidate.ask(page)
    await until('the model to be asked', model.open, (open) => open === 1)
    const from = await page.evaluate(() => performance.now())
    const before = await metrics()
    const began = performance.now()
    await write(model, tokens, rate)
    const wrote = performance.now()
    model.finish()
    const text = await candidate.finished(page)
    const ended = performance.now()
    const after = await metrics()
    if (!text.includes(LAST_WORDS)) throw new Error(`${candidate.name} does not show the end of the answer`)
    await pause(SETTLE_MS / 4)
    const { longTasks: all, longFrames, frames } = await page.evaluate(() => (window as unknown as { noted: Noted }).noted)
    const seconds = (ended - began) / 1000
    const to = from + (ended - began)
    const seen = frames.filter((at) => at >= from && at <= to)
    const longTasks = all.filter(({ at, ms }) => at + ms >= from).map(({ ms }) => ms)
    return {
      tokensPerSecond: tokens.length / ((wrote - began) / 1000),
      longTasks,
      longTaskMs: longTasks.reduce((sum, ms) => sum + ms, 0) / seconds,
      longFrames: longFrames.filter(({ endedAt }) => endedAt >= from).map(({ what }) => what),
      framesPerSecond: seen.length / seconds,
      longestGapMs: Math.max(...seen.map((at, index) => at - (seen[index - 1] ?? at))),
      scriptMs: (after('ScriptDuration') - before('ScriptDuration')) / seconds,
      taskMs: (after('TaskDuration') - before('TaskDuration')) / seconds,
      afterMs: ended - wrote,
    }
  } finally {
    await page.context().close()
  }
}

/** Each token at its own time, one write each; those whose time went by while this process slept go out at once. */
async function write(model: ModelServer, tokens: readonly string[], rate: number): Promise<void> {
  const began = performance.now()
  for (let next = 0; next < tokens.length;) {
    const due = Math.min(tokens.length, Math.floor(((performance.now() - began) / 1000) * rate) + 1)
    for (; next < due; next += 1) model.write(tokens[next] ?? '')
    await pause(Math.max(0, began + (next / rate) * 1000 - performance.now()))
  }
}
