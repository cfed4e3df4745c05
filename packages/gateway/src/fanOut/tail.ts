import type { PlatformFrame, Position } from '@symphainy/protocol'
import type { GatewayEnvironment, GatewayLogger } from '../gateway.js'
import type { EventLog, LogEntry, LogKey } from '../ports/eventLog.js'
import { encodeEntry, encodeSnapshot } from './encodeEntry.js'
import type { Reader } from './reader.js'

/** Entries that are read from the log at once. */
const PAGE_ENTRIES = 200
/** After a store was away, it is asked again in so many milliseconds. */
const RETRY_MS = 500

export interface TailOptions {
  log: EventLog
  environment: GatewayEnvironment
  logger: GatewayLogger
  /** Nobody reads it any more. */
  onIdle(): void
}

/**
 * The end of one log on this node, and those who read along. Each reader has its own position, and is given the next
 * offset and nothing else: by hand-over while it is live, from the log while it is behind. [RS1] [S4]
 */
export class Tail {
  readonly key: LogKey
  readonly #options: TailOptions
  readonly #readers: Set<Reader> = new Set()
  /** Up to where entries were handed on; undefined until the first reader has found its place. */
  #position: Position | undefined
  /** What is known of entries beyond `#position`. */
  #beyond: 'nothing' | 'reading' | 'readingAgain' | 'something' = 'nothing'

  constructor(key: LogKey, options: TailOptions) {
    this.key = key
    this.#options = options
  }

  /**
   * Brings a reader up from its position and keeps it up. Resolves when it is live (or stalled, or left), with whether
   * the log exists. Rejects when the store is away; the reader has left then.
   */
  async join(reader: Reader): Promise<boolean> {
    this.#readers.add(reader)
    try {
      return await this.#bringUp(reader)
    } catch (error) {
      this.leave(reader)
      throw error
    }
  }

  leave(reader: Reader): void {
    reader.mode = 'left'
    if (this.#readers.delete(reader) && this.#readers.size === 0) this.#options.onIdle()
  }

  /** A stalled reader's socket has drained. */
  resume(reader: Reader): void {
    if (reader.mode !== 'stalled') return
    reader.mode = 'behind'
    this.#bringUp(reader).catch((error: unknown) => {
      this.#options.logger.warn({ error: nameOf(error) }, 'a reader waits for the log')
      if (reader.mode === 'left') return
      reader.mode = 'stalled'
      this.#options.environment.setTimer(() => this.resume(reader), RETRY_MS)
    })
  }

  /** Entries that were appended on this node, from the one who appended them. */
  offer(entries: readonly LogEntry[]): void {
    const [first] = entries
    if (first === undefined) return
    if (this.#position === undefined || first.offset > this.#position.offset + 1) this.poke()
    else this.#hand(entries)
  }

  /** Something was appended, here or elsewhere: reads what is new. */
  poke(): void {
    if (this.#position === undefined) this.#beyond = 'something'
    else if (this.#beyond === 'reading') this.#beyond = 'readingAgain'
    else if (this.#beyond !== 'readingAgain') void this.#readOn(this.#position)
  }

  async #readOn(from: Position): Promise<void> {
    this.#beyond = 'reading'
    let more = false
    try {
      const read = await this.#options.log.read(this.key, from, PAGE_ENTRIES)
      if (read.status === 'not_found') return this.#end()
      if (read.status === 'entries') {
        this.#hand(read.entries)
        more = read.entries.length > 0 && read.head > (read.entries.at(-1)?.offset ?? 0)
      } else {
        // Another epoch: every reader replaces what it has. [RS2]
        this.#position = { epoch: read.snapshot.epoch, offset: read.snapshot.offset }
        for (const reader of this.#readers) this.#fallBehind(reader)
      }
    } catch (error) {
      this.#options.logger.warn({ error: nameOf(error) }, 'the tail of a log waits for the store')
      this.#options.environment.setTimer(() => this.#readers.size > 0 && this.poke(), RETRY_MS)
    }
    const again = (this.#beyond as string) === 'readingAgain' || more
    this.#beyond = 'nothing'
    if (again) this.poke()
  }

  /** Hands entries on, each to the readers for whom it is the next. */
  #hand(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      const position = this.#position
      if (position === undefined || entry.offset !== position.offset + 1) continue
      this.#position = { epoch: position.epoch, offset: entry.offset }
      let encoded: string | undefined
      for (const reader of this.#readers) {
        if (reader.mode !== 'live' || reader.position?.offset !== position.offset) continue
        encoded ??= encodeEntry(this.key.conversation, position.epoch, entry)
        reader.outlet.send(encoded)
        reader.position = this.#position
        if (reader.outlet.congested) reader.mode = 'stalled'
      }
    }
  }

  #fallBehind(reader: Reader): void {
    if (reader.mode !== 'live') return
    reader.mode = 'stalled'
    this.resume(reader)
  }

  async #bringUp(reader: Reader): Promise<boolean> {
    for (;;) {
      const read = await this.#options.log.read(this.key, reader.position, PAGE_ENTRIES)
      if (reader.mode === 'left') return true
      if (read.status === 'not_found') {
        this.leave(reader)
        return false
      }
      const { conversation } = this.key
      if (read.status === 'snapshot') {
        reader.outlet.send(encodeSnapshot(conversation, read.snapshot))
        reader.position = { epoch: read.snapshot.epoch, offset: read.snapshot.offset }
      } else {
        reader.position ??= { epoch: read.epoch, offset: 0 }
        for (const entry of read.entries) {
          if (reader.outlet.congested) break
          reader.outlet.send(encodeEntry(conversation, read.epoch, entry))
          reader.position = { epoch: read.epoch, offset: entry.offset }
        }
      }
      const atHead = read.status === 'snapshot' || reader.position.offset >= read.head
      if (atHead && this.#meet(reader, reader.position)) return true
      if (reader.outlet.congested) {
        reader.mode = 'stalled'
        return true
      }
    }
  }

  /** Whether the reader has come to where the tail is: then it is live. No awaiting between this and the read. */
  #meet(reader: Reader, position: Position): boolean {
    const unread = this.#position === undefined && this.#beyond === 'something'
    this.#position ??= position
    if (this.#position.epoch !== position.epoch) {
      // The log has begun a new epoch that the tail has not heard of: its readers follow.
      this.#position = position
      for (const other of this.#readers) if (other !== reader) this.#fallBehind(other)
    }
    if (position.offset < this.#position.offset) return false
    if (position.offset > this.#position.offset || unread) {
      this.#beyond = unread ? 'nothing' : this.#beyond
      this.poke()
    }
    reader.mode = 'live'
    if (!reader.caughtUp) {
      reader.caughtUp = true
      const live: PlatformFrame = { type: 'live', conversation: this.key.conversation, ...position }
      reader.outlet.send(JSON.stringify(live))
    }
    if (reader.outlet.congested) reader.mode = 'stalled'
    return true
  }

  #end(): void {
    for (const reader of [...this.#readers]) {
      this.leave(reader)
      reader.onGone()
    }
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'
}
