import type { Position } from '@symphainy/protocol'
import { newReader, type Reader, type ReaderOutlet } from '../fanOut/reader.js'
import type { Tail } from '../fanOut/tail.js'
import type { Tails } from '../fanOut/tails.js'
import type { LogKey } from '../ports/eventLog.js'

export interface SubscriptionsOptions {
  tails: Tails
  outlet: ReaderOutlet
  /** One came to its end without being left. */
  onEnded(conversation: string, why: 'not_found' | 'unavailable'): void
}

/** The logs that one connection reads. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions
  readonly #current: Map<string, { reader: Reader; tail: Tail }> = new Map()

  constructor(options: SubscriptionsOptions) {
    this.#options = options
  }

  has(conversation: string): boolean {
    return this.#current.has(conversation)
  }

  /** Reads along from a position on, instead of what it read of that log before. Rejects when the store is away. */
  async join(key: LogKey, after: Position | undefined): Promise<void> {
    const { tails, outlet } = this.#options
    const { conversation } = key
    this.leave(conversation)
    const reader = newReader(outlet, after, () => this.#ended(conversation, reader, 'not_found'))
    const tail = tails.open(key)
    this.#current.set(conversation, { reader, tail })
    try {
      if (!(await tail.join(reader))) this.#ended(conversation, reader, 'not_found')
    } catch (error) {
      this.#ended(conversation, reader, 'unavailable')
      throw error
    }
  }

  leave(conversation: string): void {
    const left = this.#current.get(conversation)
    this.#current.delete(conversation)
    left?.tail.leave(left.reader)
  }

  leaveAll(): void {
    for (const conversation of [...this.#current.keys()]) this.leave(conversation)
  }

  /** The socket has drained: those who stalled go on from the log. */
  resumeAll(): void {
    for (const { reader, tail } of this.#current.values()) tail.resume(reader)
  }

  #ended(conversation: string, reader: Reader, why: 'not_found' | 'unavailable'): void {
    // One that was replaced meanwhile has nothing more to say.
    if (this.#current.get(conversation)?.reader !== reader) return
    this.#current.delete(conversation)
    this.#options.onEnded(conversation, why)
  }
}
