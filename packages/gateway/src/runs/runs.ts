import type { Settings } from '../options.js'
import type { StartedRun } from '../ports/eventLog.js'
import type { Appender } from './appender.js'
import { executeRun, type EndCause } from './execution.js'

/** How long a cancel is remembered that came before its run was executed here, in milliseconds. */
const EARLY_CANCEL_MS = 60_000

interface Execution {
  controller: AbortController
  done: Promise<void>
}

export interface RunsOptions {
  settings: Settings
  appender: Appender
  /** The name of a user, where it is known. */
  nameOf(userId: string): string
}

/** The runs that this node executes. [RS5] */
export class Runs {
  readonly #options: RunsOptions
  readonly #running: Map<string, Execution> = new Map()
  readonly #early: Map<string, number> = new Map()
  #accepting: 'all' | 'none' = 'all'

  constructor(options: RunsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#running.size
  }

  /** Executes a run that an append started. The same run twice is executed once. */
  execute(started: StartedRun): void {
    const name = nameOf(started.key.userId, started.run)
    if (this.#running.has(name)) return
    const controller = new AbortController()
    if (this.#early.delete(name)) controller.abort('cancelled' satisfies EndCause)
    if (this.#accepting === 'none') controller.abort('interrupted' satisfies EndCause)
    const done = this.#run(started, controller.signal).finally(() => this.#running.delete(name))
    this.#running.set(name, { controller, done })
  }

  /** Cancels a run of this user wherever it is: executed here, waiting, or on another node. Rejects with `unavailable`. */
  async cancel(userId: string, run: string): Promise<void> {
    if (this.cancelHere(userId, run)) return
    const { settings, appender } = this.#options
    const found = await settings.log.findRun(userId, run)
    if (found === null || found.status === 'ended') return
    const cancelled = await settings.log.cancelWaiting(userId, run, settings.environment.now())
    if (cancelled === 'cancelled') appender.changed({ userId, conversation: found.conversation })
    // It began meanwhile, here or elsewhere: whoever executes it hears of it.
    if (cancelled === 'running' && !this.cancelHere(userId, run)) appender.hint({ type: 'cancel', userId, run })
  }

  /** For a hint: cancels the run if it is executed here, else remembers for a moment that it should be. */
  cancelHinted(userId: string, run: string): void {
    if (this.cancelHere(userId, run)) return
    const now = this.#options.settings.environment.now()
    for (const [name, at] of this.#early) {
      if (at > now - EARLY_CANCEL_MS) break
      this.#early.delete(name)
    }
    this.#early.set(nameOf(userId, run), now)
  }

  cancelHere(userId: string, run: string): boolean {
    const execution = this.#running.get(nameOf(userId, run))
    execution?.controller.abort('cancelled' satisfies EndCause)
    return execution !== undefined
  }

  /** [SE4] Resolves when every run has ended; those that go on after `withinMs` end as interrupted. */
  async drain(withinMs: number): Promise<void> {
    const timer = this.#options.settings.environment.setTimer(() => this.interrupt(), withinMs)
    while (this.#running.size > 0) await Promise.allSettled([...this.#running.values()].map(({ done }) => done))
    timer.cancel()
  }

  /** Ends every run as interrupted, and each that begins from now on. */
  interrupt(): void {
    this.#accepting = 'none'
    for (const { controller } of this.#running.values()) controller.abort('interrupted' satisfies EndCause)
  }

  async #run({ run, key, agent, messages }: StartedRun, signal: AbortSignal): Promise<void> {
    const { settings, appender, nameOf: userName } = this.#options
    const { environment, logger, agents, runTimeMs, runOutputUnits } = settings
    try {
      await executeRun({
        backend: agents,
        input: { run, conversation: key.conversation, user: { id: key.userId, name: userName(key.userId) }, agent, messages },
        signal,
        append: (events) => appender.appendRunEvents(key, run, events, environment.now()),
        timeMs: runTimeMs,
        outputUnits: runOutputUnits,
        environment,
        logger,
      })
    } catch (error) {
      logger.error({ run, error: error instanceof Error ? error.message : 'unknown' }, 'a run could not be brought to its end')
    }
  }
}

function nameOf(userId: string, run: string): string {
  return `${run} ${userId}`
}
