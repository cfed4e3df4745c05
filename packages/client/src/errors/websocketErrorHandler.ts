import { SPOKEN_TEXTS, closeFacts, type CloseReaction, type ErrorType } from '@symphainy/protocol'
import type { WebSocketError } from '../connection/connectionApi.js'
import { SymphainyError } from './symphainyError.js'

/** What is needed of a CloseEvent. */
export interface CloseEventFacts {
  code: number
  reason?: string
}

/** The words for a failure: by its close code, else by what is done about it, else by its kind. */
const TEXTS: Readonly<Record<ErrorType, string> & Partial<Record<CloseReaction | number, string>>> = {
  auth: SPOKEN_TEXTS.unauthenticated,
  connection: 'The connection was lost. Trying again.',
  server: SPOKEN_TEXTS.unavailable,
  unknown: 'Something went wrong with the connection.',
  reject: 'This account may not connect here. Sign in with another one.',
  retryAfterMarking: SPOKEN_TEXTS.too_long,
  yield: SPOKEN_TEXTS.in_use,
  stop: 'This page and the service do not understand each other. Reload the page.',
  4429: SPOKEN_TEXTS.rate_limited,
}

/**
 * Whole phrases, never a lone "session" or "token": those stand in many messages that have nothing to do with
 * signing in. [L23]
 */
const PHRASES: readonly (readonly [ErrorType, RegExp])[] = [
  [
    'auth',
    /\b(unauth(ori[sz]|enticat)ed|forbidden|not signed in|(invalid|expired) (session|token)|(session|token) (has )?expired|authentication (failed|required))\b/i,
  ],
  ['server', /\b((internal|server) error|service unavailable|bad gateway|overloaded)\b/i],
  [
    'connection',
    /\b(network|offline|time(d )?out|unreachable|failed to fetch|connection (was )?(lost|refused|reset|closed|failed)|E(CONN\w+|TIMEDOUT|NOTFOUND))\b/i,
  ],
]

/** No message that says something needs more, and no hostile one costs more. */
const MESSAGE_UNITS = 500

/** The type of a close, from the table of close codes and nothing else. [L22] */
export function getErrorTypeFromCloseEvent(event: CloseEventFacts): ErrorType {
  return closeFacts(event.code).type
}

/** The type of a failure of which only a text is known. The last resort. [L23] */
export function getErrorTypeFromMessage(message: string): ErrorType {
  const text = message.slice(0, MESSAGE_UNITS)
  return PHRASES.find(([, phrase]) => phrase.test(text))?.[0] ?? 'unknown'
}

/** Whether the table of close codes retries it; without a code, whether its type is one that passes. */
export function isRetryableError({ type, code }: Pick<WebSocketError, 'type' | 'code'>): boolean {
  // Every reaction that retries says so in its name.
  return code === undefined ? type === 'connection' || type === 'server' : closeFacts(code).reaction.startsWith('retry')
}

/** The error of a close event, with the words for a person. */
export function createErrorFromCloseEvent({ code, reason }: CloseEventFacts): WebSocketError {
  const { type, reaction } = closeFacts(code)
  const isToldWhy = reaction === 'validate' && (reason === 'expired' || reason === 'revoked')
  const message = isToldWhy ? SPOKEN_TEXTS[reason] : (TEXTS[code] ?? TEXTS[reaction] ?? TEXTS[type])
  return { type, message, code, ...(reason && { reason }), retryable: isRetryableError({ type, code }) }
}

/** The error of whatever was thrown. Codes decide; the text is the last resort. */
export function createErrorFromError(error: unknown): WebSocketError {
  const isOurs = error instanceof SymphainyError
  const type = isOurs ? typeOf(error) : getErrorTypeFromMessage(error instanceof Error ? error.message : String(error))
  return { type, message: isOurs ? error.message : TEXTS[type], retryable: isRetryableError({ type }) }
}

function typeOf({ code, status = 0 }: SymphainyError): ErrorType {
  if (code === 'network' || code === 'timeout') return 'connection'
  if (status === 401) return 'auth'
  return status === 429 || status >= 500 || code === 'bad_response' ? 'server' : 'unknown'
}

/** The words for a person: never a code, never a secret. */
export function getUserFriendlyMessage(error: WebSocketError | ErrorType): string {
  return typeof error === 'string' ? TEXTS[error] : error.message
}

/** Whether the way goes to login: for auth errors, and for no others. */
export function shouldRedirectToLogin(error: Pick<WebSocketError, 'type'>): boolean {
  return error.type === 'auth'
}

export interface WebsocketErrorHandler {
  readonly getErrorTypeFromCloseEvent: typeof getErrorTypeFromCloseEvent
  readonly getErrorTypeFromMessage: typeof getErrorTypeFromMessage
  readonly isRetryableError: typeof isRetryableError
  readonly createErrorFromCloseEvent: typeof createErrorFromCloseEvent
  readonly createErrorFromError: typeof createErrorFromError
  readonly getUserFriendlyMessage: typeof getUserFriendlyMessage
  readonly shouldRedirectToLogin: typeof shouldRedirectToLogin
}

/** The same functions under one name. */
export const websocketErrorHandler: WebsocketErrorHandler = {
  getErrorTypeFromCloseEvent,
  getErrorTypeFromMessage,
  isRetryableError,
  createErrorFromCloseEvent,
  createErrorFromError,
  getUserFriendlyMessage,
  shouldRedirectToLogin,
}
