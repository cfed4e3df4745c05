import type { SignedOutReason, User } from '@symphainy/protocol'

/** A session as it is stored. All times are milliseconds since the Unix epoch by the platform's clock. */
export interface SessionRecord {
  /** Public: identifies the session, proves nothing. */
  id: string
  user: User
  createdAt: number
  /** When it ends if it is not refreshed before. */
  expiresAt: number
  /** When it ends however often it is refreshed. */
  absoluteExpiresAt: number
  lastSeenAt: number
  /** The `User-Agent` of the request that made it, cut to 256 characters. */
  userAgent: string
  address: string
  /** Set once, when it was ended before its time; never unset. */
  ended?: { reason: SignedOutReason; at: number }
}

export interface NewSession {
  id: string
  user: User
  /** SHA-256 of the credential, hex. The credential itself is never stored. [AU1] */
  credentialHash: string
  createdAt: number
  expiresAt: number
  absoluteExpiresAt: number
  userAgent: string
  address: string
}

/**
 * Where sessions are kept. Every method rejects with `GatewayError('unavailable')` when the store cannot be reached,
 * and with nothing else: an absent or ended session is an answer, not an error.
 */
export interface SessionStore {
  create(session: NewSession): Promise<SessionRecord>
  /**
   * Keeps a session whose login happened elsewhere, on first sight; later calls give what is stored, with the later
   * `expiresAt` of the two while it has not ended. One that was ended here stays ended, however long its issuer
   * vouches for it. The user that is stored stands; the caller compares. [AU8]
   */
  adopt(session: Omit<NewSession, 'credentialHash'>): Promise<SessionRecord>
  /** Also finds ended and expired ones, and the credential before the last rotation for `GRACE_MS` after it. [AU7] */
  byCredential(credentialHash: string, now: number): Promise<SessionRecord | null>
  byId(id: string): Promise<SessionRecord | null>
  /**
   * Exchanges the credential, extends `expiresAt`, keeps the id. Compare-and-set on `from`: `null` when the session
   * has ended or expired, or `from` is neither current nor within its grace. A call with the previous credential within its grace
   * gives a further credential beside the current one, so that two tabs that refresh at once both stay in. [AU7]
   */
  rotate(change: { id: string; from: string; to: string; expiresAt: number; now: number }): Promise<SessionRecord | null>
  /** Ends those of the sessions that have not ended; gives the ids of the ones that it ended. */
  end(which: { ids: readonly string[] } | { userId: string; except?: string }, reason: SignedOutReason, now: number): Promise<string[]>
  /** The user's sessions that neither ended nor expired, newest first. */
  list(userId: string, now: number): Promise<SessionRecord[]>
  /** Notes that the session was used. May be coarse: a write a minute is enough. */
  seen(id: string, now: number, address: string): Promise<void>
  /**
   * The next fence number of the session, or null when it has ended or expired: one atomic step, so that no
   * connection is served after a revocation and the newer of two gets the higher number. [CN8] [S6]
   */
  takeFence(id: string, now: number): Promise<number | null>
}

/** [AU7] How long the previous credential stays valid after a rotation, in milliseconds. */
export const GRACE_MS = 30_000
