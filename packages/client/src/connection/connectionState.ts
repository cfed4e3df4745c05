import type { ClientFrame, HeartbeatMs, PlatformFrame } from '@symphainy/protocol'
import type { AnonymousReason } from '../auth/authApi.js'
import type { PageEvent } from '../environment/environment.js'
import type { SymphainyError } from '../errors/symphainyError.js'
import type { ConnectionLabel, ConnectionState, WebSocketError } from './connectionApi.js'

/** What is true of each state, in one place. */
export interface StateFacts {
  /** The word of the status "Connection"; `Connecting` becomes `Reconnecting` once an attempt has failed. */
  readonly label: ConnectionLabel
  /** A socket belongs to it, and is closed when it is left. */
  readonly hasSocket: boolean
  /** Nothing is open or connecting, so `connect()` may begin. [CN4] */
  readonly mayConnect: boolean
  /** Leaving for the back/forward cache or a freeze pauses it. [TB3] */
  readonly pauses: boolean
}

const facts = (label: ConnectionLabel, hasSocket: boolean, mayConnect: boolean, pauses: boolean): StateFacts => ({ label, hasSocket, mayConnect, pauses })

export const STATE_FACTS: Readonly<Record<ConnectionState, StateFacts>> = {
  //                   label                  hasSocket mayConnect pauses
  idle: facts('Offline', false, true, false),
  ticketing: facts('Connecting', false, false, true),
  opening: facts('Connecting', true, false, true),
  greeting: facts('Connecting', true, false, true),
  ready: facts('Connected', true, false, true),
  waiting: facts('Reconnecting', false, true, true),
  paused: facts('Reconnecting', false, true, false),
  yielded: facts('In use in another tab', false, true, false),
  stopped: facts('Offline', false, true, false),
  signedOut: facts('Signed out', false, false, false),
}

/** `id` tells attempts apart: what belongs to an earlier one is late and dropped. */
export type Phase =
  | { readonly state: 'idle' | 'paused' | 'yielded' | 'stopped' | 'signedOut' }
  | { readonly state: 'ticketing' | 'opening' | 'greeting'; readonly id: number }
  /** `for`: the back-off; a time that the platform told; the answer whether the session still holds. */
  | { readonly state: 'waiting'; readonly id: number; readonly for: 'backOff' | 'told' | 'validation' }
  | ReadyPhase

export interface ReadyPhase {
  readonly state: 'ready'
  readonly id: number
  readonly readyAt: number
  /** When a frame last came … */
  readonly heardAt: number
  /** … and when one last went. [FR3] */
  readonly sentAt: number
  /** When the open ping was sent, and when an answer is overdue. */
  readonly ping: { readonly at: number; readonly overdueAt: number; readonly woke: boolean } | null
  /** When the failed refresh is tried again. [SE1] */
  readonly refreshAt: number | null
}

/** The connection as one value. Made and changed by `connectionTransition` only. All times are monotonic milliseconds. */
export interface ConnectionModel {
  readonly phase: Phase
  /** The id of the confirmed session; null while there is none. [CN1] */
  readonly session: string | null
  readonly consumers: number
  /** `auto`: wanted while there are consumers. `on`, `off`: `connect()` or `disconnect()` said so. */
  readonly mode: 'auto' | 'on' | 'off'
  /** The newest id given to an attempt. */
  readonly serial: number
  /** Attempts since the last stable connection. */
  readonly attempt: number
  readonly windowMs: number
  readonly heartbeatMs: HeartbeatMs
  /** The person asked for it here: the next ticket may replace another connection ("Use here"). */
  readonly takesOver: boolean
  /** Until then the platform may still serve our own lost socket, so that `in_use` would be about ourselves. */
  readonly oursUntil: number
  /** `in_use` may be about a socket of ours that the platform has not yet seen close: the page before this one, or one that we let go of. */
  readonly mayBeOurs: boolean
  /** The last connection failed with `ticket_invalid`. [SE3] */
  readonly ticketFailed: boolean
  readonly error: WebSocketError | null
  readonly roundTripMs: number | null
  /** When the one timer is due. Ready connections may be looked at earlier than needed, never later. */
  readonly timerAt: number | null
}

export type ConnectionEvent =
  | { type: 'retain' | 'release' | 'connect' | 'disconnect' | 'reconnect' }
  /** What auth says: the session to connect for, or why there is none. */
  | { type: 'auth'; session: string | null; anonymous: boolean }
  /** The validation after a close is over and changed nothing. */
  | { type: 'validated'; id: number }
  | { type: 'ticket'; id: number; ticket: string }
  | { type: 'ticketRefused'; id: number; error: SymphainyError }
  | { type: 'opened'; id: number }
  /** `null`: a frame that this version does not know. */
  | { type: 'frame'; id: number; frame: PlatformFrame | null }
  | { type: 'sent' }
  | { type: 'closed'; id: number; code: number; reason: string }
  | { type: 'refreshed'; id: number; ticket: string }
  | { type: 'refreshFailed'; id: number; retryAfterMs: number | undefined }
  | { type: 'page'; event: PageEvent }
  | { type: 'timer' }

export type ConnectionEffect =
  | { type: 'askTicket'; id: number; ifIdle: boolean }
  | { type: 'openSocket'; id: number; ticket: string }
  /** Lets go of the socket: its late events are nobody's, and it is closed with 1000. */
  | { type: 'closeSocket' }
  | { type: 'send'; frame: ClientFrame }
  | { type: 'deliver'; frame: PlatformFrame }
  /** A socket that was ready is gone. */
  | { type: 'lost'; code: number; reason: string }
  | { type: 'validate'; id: number; because: AnonymousReason | null }
  | { type: 'reject'; session: string }
  | { type: 'refresh'; id: number }
  | { type: 'extend'; expiresInMs: number }

/** What is the case at the moment of an event. */
export interface ConnectionMoment {
  now: number
  /** Uniform in [0, 1). */
  random: number
  visible: boolean
  /** The browser says offline, and the platform is not on this machine. */
  offline: boolean
}

export interface ConnectionStep {
  readonly state: ConnectionModel
  readonly effects: readonly ConnectionEffect[]
}
