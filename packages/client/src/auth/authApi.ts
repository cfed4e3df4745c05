import type { User } from '@symphainy/protocol'
import type { SymphainyError } from '../errors/symphainyError.js'

/** Why somebody is anonymous; the login page says it in words. */
export type AnonymousReason =
  | 'none' // nothing was stored
  | 'signed_out' // here or in another tab
  | 'expired'
  | 'revoked'
  | 'superseded'
  | 'rejected' // the session may not connect [SE3]
  | 'invalid' // what was stored could not be read, or the platform does not know it

/** [AU3] The states of the auth session. */
export type AuthSnapshot =
  | { state: 'restoring'; hintedUser: User | null }
  | { state: 'authenticated'; user: User; session: AuthSessionFacts; sessionToken: string }
  | { state: 'anonymous'; reason: AnonymousReason }
  /** The platform cannot be reached: nothing is cleared; it is tried again by itself. */
  | { state: 'unreachable'; hintedUser: User | null; attempt: number; retryInMs: number | null; error: SymphainyError }

export interface AuthSessionFacts {
  id: string
  createdAt: number
  expiresInMs: number
}

/** `validateToken()`: one call to the platform. [AU3] */
export type ValidationResult =
  | { status: 'valid'; user: User; session: AuthSessionFacts }
  | { status: 'invalid'; reason: Exclude<AnonymousReason, 'none' | 'rejected' | 'signed_out'> | 'signed_out' }
  | { status: 'unreachable'; error: SymphainyError }

export interface AuthSession {
  getSnapshot(): AuthSnapshot
  subscribe(listener: () => void): () => void
  /** @throws SymphainyError `invalid_credentials`, `rate_limited`, `network`, … */
  login(credentials: { email: string; password: string }): Promise<User>
  /** @throws SymphainyError `email_taken`, `invalid` (with `field`), `registration_closed`, … */
  register(account: { name: string; email: string; password: string; invitation?: string }): Promise<User>
  /** Ends the session on the platform. When that fails it stays signed in, and says so. @throws SymphainyError */
  logout(): Promise<void>
  /** One call to the platform, shared by callers at the same time. Changes the state as its answer says. */
  validateToken(): Promise<ValidationResult>
  /** `unreachable`: try again now. */
  retry(): void
  /** An authorised call to the platform's HTTP API; 401 signs out, errors are `SymphainyError`s. `body` is sent as JSON. */
  request<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown, options?: { signal?: AbortSignal }): Promise<T>
}
