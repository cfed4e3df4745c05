import type { ClientFrame, HeartbeatMs, PlatformFrame } from '@symphainy/protocol'
import type { AnonymousReason } from '../auth/authApi.js'
import type { PageEvent } from '../environment/environment.js'
import type { SymphainyError } from '../errors/symphainyError.js'
import type { ConnectionLabel, ConnectionState, WebSocketError } from './connectionApi.js'
import { RETRY } from './retryPolicy.js'

/** `told` and `validating` are kinds of waiting that nothing cuts short: for a time that was told, and for the answer whether the session holds. */
export type Phase = ConnectionState | 'told' | 'validating'

/** The word of the status "Connection" in each phase; `Connecting` becomes `Reconnecting` once an attempt has failed. */
export const LABELS: Readonly<Record<Phase, ConnectionLabel>> = {
  idle: 'Offline',
  ticketing: 'Connecting',
  opening: 'Connecting',
  greeting: 'Connecting',
  ready: 'Connected',
  waiting: 'Reconnecting',
  told: 'Reconnecting',
  validating: 'Reconnecting',
  paused: 'Reconnecting',
  yielded: 'In use in another tab',
  stopped: 'Offline',
  signedOut: 'Signed out',
}

/** What is known of a connection that is ready. */
export interface Life {
  readonly heartbeatMs: HeartbeatMs
  readonly readyAt: number
  /** When a frame last came … */
  heardAt: number
  /** … and when one last went. [FR3] */
  sentAt: number
  /** When the open ping was sent, when an answer is overdue, and whether a wake was the cause. */
  ping: { readonly at: number; readonly overdueAt: number; readonly woke: boolean } | null
  /** When the failed refresh is tried again, or `Infinity`. [SE1] */
  refreshAt: number
  roundTripMs: number | null
}

interface Fields {
  phase: Phase
  /** There is one in `ready`, and in no other phase. */
  life: Life | null
  /** Tells attempts and waits apart: what belongs to an earlier one is late and dropped. */
  id: number
  /** When the one timer is due. A ready connection may be looked at earlier than needed, never later. */
  timerAt: number | null
  /** The id of the confirmed session; null while there is none. [CN1] */
  session: string | null
  consumers: number
  /** What `connect()` or `disconnect()` said; null: neither, it is wanted while there are consumers. */
  asked: boolean | null
  /** Attempts since the last stable connection. */
  attempt: number
  /** The window of the first retry. [CN7] */
  windowMs: number
  /** Until then a ticket may replace another connection: our own lost one, which may still be served, or a person said "Use here". */
  replacesUntil: number
  /** `in_use` may be about a socket of ours that the platform has not yet seen close: the page before this one, or one that we let go of. */
  mayBeOurs: boolean
  error: WebSocketError | null
}

/** What is the case at the moment of an event. */
export interface ConnectionMoment {
  /** Monotonic milliseconds, as all times here are. */
  now: number
  /** Uniform in [0, 1). */
  random: number
  visible: boolean
  /** The browser says offline, and the platform is not on this machine. */
  offline: boolean
}

/** The connection as one value, at the moment of its last event. Made and changed by `connectionTransition` only. */
export type ConnectionModel = Readonly<Fields & Pick<ConnectionMoment, 'now' | 'offline'>>

/** The copy on which an event is decided, and what is to be done then, in order. */
export interface Turn extends Fields, Readonly<ConnectionMoment> {
  readonly effects: ConnectionEffect[]
}

export interface ConnectionStep {
  readonly state: ConnectionModel
  readonly effects: readonly ConnectionEffect[]
}

export const INITIAL_CONNECTION: ConnectionModel = {
  phase: 'idle',
  life: null,
  id: 0,
  timerAt: null,
  session: null,
  consumers: 0,
  asked: null,
  attempt: 0,
  windowMs: RETRY.windowMs,
  replacesUntil: 0,
  mayBeOurs: true,
  error: null,
  now: 0,
  offline: false,
}

/** An event with an `id` belongs to the attempt or the wait of that id, and to no other. */
export type ConnectionEvent =
  | { type: 'retain' | 'release' | 'connect' | 'disconnect' | 'reconnect' | 'timer' }
  /** What auth says: the session to connect for, or why there is none. */
  | { type: 'auth'; session: string | null; anonymous?: boolean }
  /** The validation after a close is over and changed nothing. */
  | { type: 'validated'; id: number }
  /** The answer to `askTicket`, or to `refresh`. */
  | { type: 'ticket'; id: number; ticket: string }
  | { type: 'ticketRefused'; id: number; error: SymphainyError }
  | { type: 'opened'; id: number }
  /** `null`: a frame that this version does not know. */
  | { type: 'frame'; id: number; frame: PlatformFrame | null }
  | { type: 'send'; id: number; frame: ClientFrame }
  | { type: 'closed'; id: number; code: number; reason: string }
  | { type: 'page'; event: PageEvent }

export type ConnectionEffect =
  | { type: 'askTicket'; id: number; ifIdle: boolean }
  | { type: 'openSocket'; id: number; ticket: string }
  /** Lets go of the socket, if there is one: its late events are nobody's, and it is closed with 1000. */
  | { type: 'closeSocket' }
  | { type: 'send'; frame: ClientFrame }
  | { type: 'deliver'; frame: PlatformFrame }
  /** A socket that was ready is gone. */
  | { type: 'lost'; code: number; reason: string }
  | { type: 'validate'; id: number; because: AnonymousReason | null }
  | { type: 'reject'; session: string }
  | { type: 'refresh'; id: number }
  | { type: 'extend'; expiresInMs: number }
