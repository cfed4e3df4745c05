import { USER_LOG, type AgUiEvent } from '@symphainy/protocol'
import type { Tails } from '../fanOut/tails.js'
import type { GatewayLogger } from '../gateway.js'
import type { Bus, Hint } from '../ports/bus.js'
import type { EventLog, LogKey, StartedRun, Submission, Submitted } from '../ports/eventLog.js'

export interface AppenderOptions {
  log: EventLog
  bus: Bus
  tails: Tails
  logger: GatewayLogger
  /** The id of this gateway, by which it knows its own hints. */
  node: string
  /** A run began in an append; it is executed here. */
  onStarted(run: StartedRun): void
}

/** Every append goes through here: first it is durable, then this node's readers get it, then the others a hint. [RS4] [RS10] */
export class Appender {
  readonly #options: AppenderOptions

  constructor(options: AppenderOptions) {
    this.#options = options
  }

  async submit(submission: Submission): Promise<Submitted> {
    const { log, onStarted } = this.#options
    const submitted = await log.submit(submission)
    if (submitted.status === 'appended') {
      this.changed(submission.key)
      if (submitted.created) this.changed({ userId: submission.key.userId, conversation: USER_LOG })
      if (submitted.started !== undefined) onStarted(submitted.started)
    }
    return submitted
  }

  /** Resolves with whether the run has ended. */
  async appendRunEvents(key: LogKey, run: string, events: readonly AgUiEvent[], now: number): Promise<boolean> {
    const { log, tails, onStarted } = this.#options
    const { entries, ended, next } = await log.appendRunEvents({ key, run, events, now })
    tails.offer(key, entries)
    if (entries.length > 0) this.#appended(key)
    if (ended && entries.length > 0) this.changed({ userId: key.userId, conversation: USER_LOG })
    if (next !== undefined) onStarted(next)
    return ended
  }

  /** Something was appended to this log whose entries are not at hand. */
  changed(key: LogKey): void {
    this.#options.tails.poke(key)
    this.#appended(key)
  }

  hint(hint: Hint): void {
    this.#options.bus.publish(hint).catch((error: unknown) => {
      this.#options.logger.warn({ hint: hint.type, error: error instanceof Error ? error.message : 'unknown' }, 'a hint was lost; others see the change later')
    })
  }

  #appended({ userId, conversation }: LogKey): void {
    this.hint({ type: 'appended', userId, conversation, from: this.#options.node })
  }
}
