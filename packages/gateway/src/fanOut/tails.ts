import type { GatewayEnvironment, GatewayLogger } from '../gateway.js'
import type { EventLog, LogEntry, LogKey } from '../ports/eventLog.js'
import type { Reader } from './reader.js'
import { Tail } from './tail.js'

/** The tails of the logs that somebody reads on this node. */
export class Tails {
  readonly #tails: Map<string, Tail> = new Map()
  readonly #options: { log: EventLog; environment: GatewayEnvironment; logger: GatewayLogger }

  constructor(options: { log: EventLog; environment: GatewayEnvironment; logger: GatewayLogger }) {
    this.#options = options
  }

  /** The tail for a reader to join; it lives until the last one leaves. */
  open(key: LogKey): Tail {
    const name = nameOf(key)
    let tail = this.#tails.get(name)
    if (tail === undefined) {
      const made: Tail = new Tail(key, {
        ...this.#options,
        onIdle: () => {
          if (this.#tails.get(name) === made) this.#tails.delete(name)
        },
      })
      this.#tails.set(name, made)
      tail = made
    }
    return tail
  }

  /** Joins a reader; resolves with whether the log exists. */
  async join(key: LogKey, reader: Reader): Promise<{ tail: Tail; exists: boolean }> {
    const tail = this.open(key)
    return { tail, exists: await tail.join(reader) }
  }

  offer(key: LogKey, entries: readonly LogEntry[]): void {
    this.#tails.get(nameOf(key))?.offer(entries)
  }

  poke(key: LogKey): void {
    this.#tails.get(nameOf(key))?.poke()
  }
}

/** The space cannot stand in an id, so no two keys have one name. */
function nameOf({ userId, conversation }: LogKey): string {
  return `${conversation} ${userId}`
}
