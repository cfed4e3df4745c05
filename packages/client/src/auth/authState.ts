import type { SessionResponse } from '@symphainy/protocol'
import type { SymphainyError } from '../errors/symphainyError.js'
import type { AnonymousReason, AuthSnapshot } from './authApi.js'
import type { SessionHint, Stored } from './sessionHint.js'

/** The auth session as one value. Made and changed by `authTransition` only. */
export interface AuthState {
  /** What everybody sees. */
  readonly view: AuthSnapshot
  /** Between `started` and `stopped`. */
  readonly running: boolean
  /** The one validation in flight: an answer to any other is late and dropped. [AU4] */
  readonly asking: Asking | null
  /** Number of the last validation. */
  readonly serial: number
  /**
   * What this page last saw stored; a difference is another tab's doing, and newer than any answer under way. [L9] A
   * tombstone of a session that was rejected keeps it from being presented again. [S3]
   */
  readonly known: SessionHint | null
  /** When the one timer is due, on the monotonic clock: the next try, or the end of the session. */
  readonly timerAt: number | null
}

export interface Asking {
  readonly request: number
  /** Why the platform said that the session is over, if it did. */
  readonly because: AnonymousReason | null
}

/** The platform knows a session. `token`: the bearer token that was presented, or given for it. */
export interface Confirmation {
  response: SessionResponse
  token: string | null
}

/** What the platform said to `GET /api/auth/session`. */
export type SessionAnswer =
  | ({ status: 'valid' } & Confirmation)
  | { status: 'invalid'; reason: Exclude<AnonymousReason, 'rejected'> }
  | { status: 'unreachable'; error: SymphainyError }

export type AuthEvent =
  | { type: 'started' }
  | { type: 'stopped' }
  /** Somebody, or the time, wants to know whether the session still holds. */
  | { type: 'ask' | 'timer'; because?: AnonymousReason | null }
  | { type: 'answered'; request: number; answer: SessionAnswer }
  | ({ type: 'signedIn' } & Confirmation)
  /**
   * A session is over: signed out, or rejected and so never presented again [SE3] [S3]. `sessionId` says which, when
   * another may have taken its place meanwhile.
   */
  | { type: 'ended'; reason: AnonymousReason; sessionId?: string | undefined }
  /** The storage may have changed: nearly every event looks there first, and this one does nothing else. */
  | { type: 'stored' }
  /** The network or the page is back. */
  | { type: 'woke' }
  | { type: 'extended'; expiresInMs: number; sessionId?: string; token?: string | undefined }

export type AuthEffect =
  | { type: 'validate'; request: number }
  /** A hint or a tombstone, and the bearer token beside it: null drops it, undefined leaves what is there. */
  | { type: 'store'; hint: SessionHint; token?: string | null | undefined }

/** What is the case at the moment of an event. */
export interface AuthMoment {
  /** Monotonic milliseconds. */
  now: number
  /** Uniform in [0, 1). */
  random: number
  stored: Stored
}

export interface AuthStep {
  readonly state: AuthState
  readonly effects: readonly AuthEffect[]
}

export const INITIAL_AUTH: AuthState = {
  view: { state: 'restoring', hintedUser: null },
  running: false,
  asking: null,
  serial: 0,
  known: null,
  timerAt: null,
}
