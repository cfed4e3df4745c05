import type { ErrorCode } from './errorCodes.js'
import type { ConversationRecord, LogMessage } from './messages.js'

/** The shapes of the HTTP API. All durations are in milliseconds and end in `Ms`. */

export interface User {
  id: string
  name: string
  email: string
}

export interface SessionFacts {
  /** Public: it identifies the session and proves nothing. */
  id: string
  /** Milliseconds since the Unix epoch by the platform's clock. */
  createdAt: number
  /** How long it lives yet if nothing happens. A duration, because clocks differ. [AU5] */
  expiresInMs: number
}

/** `GET /api/auth/session`, and the answer to `login` and `register`. */
export interface SessionResponse {
  user: User
  session: SessionFacts
  /** The platform's clock, in milliseconds since the Unix epoch. */
  serverNow: number
  /** A first ticket, or null when admission is full. [CN1] */
  ticket: string | null
  /** Bearer mode only: the session credential, given once, at login, register and refresh. [AU1] */
  token?: string
}

/** `POST /api/auth/ws-ticket` */
export interface TicketResponse {
  ticket: string
  expiresInMs: number
}

/** `POST /api/auth/refresh` */
export interface RefreshResponse {
  session: SessionFacts
  token?: string
}

/** One row of `GET /api/auth/sessions`: a device of the user's. */
export interface Device {
  id: string
  current: boolean
  /** The browser and system in words, for instance "Firefox on Linux". */
  browser: string
  address: string
  createdAt: number
  lastSeenAt: number
}

/** `GET /api/auth/sessions`, the newest seen first. */
export interface DevicesResponse {
  devices: Device[]
}

/** `GET /api/conversations?before=&limit=&search=` */
export interface ConversationsResponse {
  conversations: ConversationRecord[]
  /** Pass it as `before` to get the next page; null at the end. */
  next: string | null
}

/** `GET /api/conversations/:id/messages?before=&limit=`, newest first. */
export interface MessagesResponse {
  messages: LogMessage[]
  next: string | null
}

/** The body of every refusal. [RFC 9110 status; `Retry-After` in whole seconds beside it] */
export interface ErrorResponse {
  error: { code: ErrorCode; message: string; retryAfterMs?: number; field?: string }
}

/** [AU1] The request header by which a client asks for bearer mode at login and register. */
export const CREDENTIAL_MODE_HEADER = 'x-symphainy-credential'

/** [AU2] The companion cookie that a page may read: it says that a session cookie was set, and nothing else. */
export const PRESENCE_COOKIE = 'symphainy_present'

/** [AU2] Whether a session token can be used at all: a string, not blank, not the placeholder. */
export function isUsableToken(token: unknown): token is string {
  return typeof token === 'string' && token.trim() !== '' && token !== 'token_placeholder'
}
