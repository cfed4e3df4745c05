import { EVENT_BYTES, mergeDeltas, type AgUiEvent } from '@symphainy/protocol'
import type { GatewayEnvironment, GatewayLogger } from '../gateway.js'

/** [RS6] Deltas are joined over so many milliseconds; the first goes at once. */
const JOIN_MS = 16
const DELTAS: ReadonlySet<string> = new Set(['TEXT_MESSAGE_CONTENT', 'TEXT_MESSAGE_CHUNK', 'REASONING_MESSAGE_CONTENT', 'TOOL_CALL_ARGS'])
/** A store that is away is asked again after this, at first, in milliseconds … */
const FIRST_RETRY_MS = 100
/** … and at most after this. */
const LONGEST_RETRY_MS = 5_000

export interface RunWriterOptions {
  /** Appends; resolves with whether the run has ended. Rejects when the store is away. */
  append(events: readonly AgUiEvent[]): Promise<boolean>
  environment: GatewayEnvironment
  logger: GatewayLogger
}

/** Writes the events of one run in order, one append at a time, neighbouring deltas joined. */
export class RunWriter {
  readonly #options: RunWriterOptions
  #held: AgUiEvent[] = []
  #heldBytes = 0
  #writing: Promise<void> | undefined
  #lastAt = Number.NEGATIVE_INFINITY
  /** Wakes a write that waits for more deltas. */
  #hurry: (() => void) | undefined
  #state: 'open' | 'ended' | 'abandoned' = 'open'

  constructor(options: RunWriterOptions) {
    this.#options = options
  }

  /** The log takes nothing more of this run: it has ended, or is gone. */
  get ended(): boolean {
    return this.#state !== 'open'
  }

  /** Takes one event; resolves when there is room for another. */
  async push(event: AgUiEvent, bytes: number): Promise<void> {
    if (this.#heldBytes + bytes > EVENT_BYTES) await this.flush()
    if (this.ended) return
    this.#held.push(event)
    this.#heldBytes += bytes
    this.#writing ??= this.#write()
  }

  /** Resolves when everything that was taken is in the log, or can no longer get there. */
  async flush(): Promise<void> {
    this.#hurry?.()
    while (this.#writing !== undefined) {
      this.#hurry?.()
      await this.#writing
    }
  }

  /** Gives up: what is held is dropped. */
  abandon(): void {
    this.#state = 'abandoned'
    this.#hurry?.()
  }

  async #write(): Promise<void> {
    while (this.#held.length > 0 && !this.ended) {
      const { environment } = this.#options
      const waitMs = this.#lastAt + JOIN_MS - environment.now()
      if (waitMs > 0) await this.#pause(Math.min(waitMs, JOIN_MS))
      const events = mergeDeltas(this.#held)
      this.#held = []
      this.#heldBytes = 0
      await this.#append(events)
      // Only deltas are joined: what opens a message delays none of them.
      if (events.some(({ type }) => DELTAS.has(type))) this.#lastAt = environment.now()
    }
    this.#writing = undefined
  }

  async #append(events: readonly AgUiEvent[]): Promise<void> {
    for (let retryMs = FIRST_RETRY_MS; !this.ended; retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)) {
      try {
        if (await this.#options.append(events)) this.#state = 'ended'
        return
      } catch (error) {
        this.#options.logger.warn({ error: error instanceof Error ? error.message : 'unknown', retryMs }, 'a run waits for the log')
      }
      await this.#pause(retryMs)
    }
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel()
        this.#hurry = undefined
        resolve()
      }
      const timer = this.#options.environment.setTimer(done, delayMs)
      this.#hurry = done
    })
  }
}
