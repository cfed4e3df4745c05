import type { CancelFrame, HeartbeatMs, Limits, MessageFrame, PlatformFrame, RefreshedFrame, SubscribeFrame, UnsubscribeFrame } from '@symphainy/protocol'
import type { Bucket } from '../admission/tokenBucket.js'
import type { SessionRecord } from '../ports/sessionStore.js'
import type { InvalidReason } from '../sessions/sessions.js'

/** What the limits and times of every connection are. */
export interface Rules {
  limits: Limits
  heartbeatMs: HeartbeatMs
  reconnectWindowMs: number
  /** [FR3] A peer that has said nothing for so long is dropped, in milliseconds. */
  silenceMs: number
}

/** A socket that was sent `ready`. Times are milliseconds since the Unix epoch. */
export interface Served {
  phase: 'served'
  sessionId: string
  userId: string
  createdAt: number
  expiresAt: number
  /** How far the end of the session has come: not near, announced to the client, or reached and looked up. */
  expiry: 'ahead' | 'announced' | 'checking'
  /** When the peer last said something. */
  heardAt: number
  /** Logs that it reads or asked to read. */
  subscriptions: ReadonlySet<string>
  messages: Bucket
  offences: Bucket
  /** Frames whose work is not done. */
  queued: number
  /** Whether it was told to go away: messages are refused, what runs is still sent. */
  draining: boolean
}

export type SessionState =
  /** Accepted; its ticket is being decided. */
  | { phase: 'opening'; connection: string; openedAt: number }
  | Served
  /** Told to go; cut off at `endAt`. */
  | { phase: 'closing'; code: number; endAt: number }
  | { phase: 'gone' }

/** What a look at the stored session says. */
export type Reading = { status: 'lives'; expiresAt: number } | { status: 'ended'; reason: InvalidReason } | { status: 'unavailable' }

/** What came of a `refreshed` frame's ticket. */
export type RefreshOutcome =
  | { status: 'accepted'; sessionId: string; userId: string; expiresAt: number }
  | { status: 'ended'; reason: InvalidReason }
  | { status: 'unknown' }
  | { status: 'unavailable' }

/** What happens to a connection. `now`: milliseconds since the Unix epoch. */
export type SessionEvent =
  | { type: 'admitted'; record: SessionRecord; fence: number; now: number }
  | { type: 'refused'; code: number; reason: string; now: number }
  | { type: 'text'; text: string; now: number }
  | { type: 'binary'; now: number }
  | { type: 'tick'; now: number }
  | { type: 'workDone' }
  /** A subscription ended, or came to nothing. */
  | { type: 'unsubscribed'; conversation: string }
  /** A message of this connection made this conversation. */
  | { type: 'created'; conversation: string; epoch: string }
  | { type: 'sessionRead'; reading: Reading; now: number }
  | { type: 'refreshed'; outcome: RefreshOutcome; now: number }
  | { type: 'goaway'; retryAfterMs: number }
  | { type: 'close'; code: number; reason: string; now: number }
  /** The socket is closed. */
  | { type: 'gone' }

/** What is to be done. */
export type Effect =
  | { type: 'send'; frame: PlatformFrame }
  /** It is served now: the older connection of its session goes. [CN8] */
  | { type: 'serve'; fence: number }
  /** Done one after the other, in this order; each ends with `workDone`. */
  | { type: 'work'; frame: SubscribeFrame | UnsubscribeFrame | MessageFrame | CancelFrame | RefreshedFrame }
  | { type: 'follow'; conversation: string; epoch: string }
  | { type: 'readSession' }
  /** Nothing more is sent to it but the close: it leaves every log at once. [S6] */
  | { type: 'leave' }
  | { type: 'close'; code: number; reason: string }
  | { type: 'terminate' }
  /** Everything that was held for it is let go. */
  | { type: 'release' }

export interface Step {
  state: SessionState
  effects: Effect[]
}
