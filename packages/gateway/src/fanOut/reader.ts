import type { Position } from '@symphainy/protocol'

/** How a reader is sent to; the connection behind it. */
export interface ReaderOutlet {
  readonly congested: boolean
  send(encoded: string): void
}

/** One connection's place in one log. */
export interface Reader {
  readonly outlet: ReaderOutlet
  /** What it was sent last; undefined before its first snapshot. */
  position: Position | undefined
  /**
   * `behind`: it is being brought up from the log. `live`: entries are handed to it as they come. `stalled`: its socket
   * is full; it goes on from the log when that drains. `left`: it reads no more.
   */
  mode: 'behind' | 'live' | 'stalled' | 'left'
  /** Whether it was told `live` once. */
  caughtUp: boolean
  /** The log is gone: deleted, with everything in it. */
  onGone(): void
}

export function newReader(outlet: ReaderOutlet, after: Position | undefined, onGone: () => void): Reader {
  return { outlet, position: after, mode: 'behind', caughtUp: false, onGone }
}
