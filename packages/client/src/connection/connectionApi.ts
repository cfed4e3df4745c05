import type { ClientFrame, ErrorType, PlatformFrame } from '@symphainy/protocol'

/** What a person and a program need to know of a failed connection. */
export interface WebSocketError {
  type: ErrorType
  /** Fit for a person. */
  message: string
  /** The close code, if a close caused it. */
  code?: number
  reason?: string
  retryable: boolean
}

/** The states of the connection. */
export type ConnectionState =
  | 'idle' // not wanted, or not allowed
  | 'ticketing' // asking for a ticket
  | 'opening' // the socket is connecting
  | 'greeting' // open, `ready` has not come
  | 'ready'
  | 'waiting' // before the next attempt
  | 'paused' // no tab is visible; goes on when one is
  | 'yielded' // another connection of the session took over: offer "Use here"
  | 'stopped' // we spoke wrongly; only `connect()` goes on
  | 'signedOut'

/** The words of the status named "Connection". */
export type ConnectionLabel = 'Connecting' | 'Connected' | 'Reconnecting' | 'Offline' | 'Signed out' | 'In use in another tab'

export interface ConnectionSnapshot {
  state: ConnectionState
  label: ConnectionLabel
  /** Why it is not connected, or null. */
  error: WebSocketError | null
  /** Attempts since the last stable connection. */
  attempt: number
  /** When the next attempt comes, as a duration from the snapshot; null when none is planned. */
  retryInMs: number | null
  /** Monotonic milliseconds (the environment's clock) since when it has been ready; null when it is not. */
  readySinceMs: number | null
  /** The last measured round trip, or null. */
  roundTripMs: number | null
  /** The newest 50 changes of state of this tab, oldest first, for the page "Connection". */
  timeline: readonly TimelineEntry[]
}

export interface TimelineEntry {
  /** Monotonic milliseconds of the environment's clock. */
  atMs: number
  /** Milliseconds since the Unix epoch, for showing the time. */
  wallTime: number
  state: ConnectionState
  /** In words, for instance "Closed with 1006: the connection was lost". */
  detail: string
}

/** `send()` says what became of the frame. */
export type SendResult = 'sent' | 'queued' | 'refused'

export interface Connection {
  getSnapshot(): ConnectionSnapshot
  subscribe(listener: () => void): () => void
  /** Whether a connection may be opened now: auth confirmed, token usable, nothing open or connecting. [CN1] [CN4] */
  canConnect(): boolean
  /** A consumer wants the connection. The socket is there while at least one does; the returned function is idempotent. [L5] */
  retain(): () => void
  /**
   * Wants a connection. Idempotent. After `yielded` it takes over ("Use here"), and after `stopped` it goes on: for what
   * a person does, while a component that is mounted says `retain()`, which takes nothing over. [TB6]
   */
  connect(): void
  /** Wants none; closes the socket with 1000. */
  disconnect(): void
  /** Now instead of at the next attempt; takes over as well. */
  reconnect(): void
  /** Sends when ready, else `refused`: what must survive goes through the chat's outbox. */
  send(frame: ClientFrame): SendResult
  /** Every checked frame of the platform, `ready` first on each new connection. */
  onFrame(listener: (frame: PlatformFrame) => void): () => void
  /** Called when a socket that was ready is gone, with its close code: 1006 if there was none, 1000 if it was let go here. */
  onLost(listener: (loss: { code: number; reason: string }) => void): () => void
}
