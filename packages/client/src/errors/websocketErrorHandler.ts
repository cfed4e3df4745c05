import { SPOKEN_TEXTS, closeFacts, type CloseReaction, type ErrorType } from '@symphainy/protocol'
import type { WebSocketError } from '../connection/connectionApi.js'
import { SymphainyError } from './symphainyError.js'

/** What is needed of a CloseEvent. */
export interface CloseEventFacts {
  code: number
  reason?: string
}

const RETRIED: ReadonlySet<CloseReaction> = new Set<CloseReaction>(['retry', 'retrySlowly', 'retryAfterMarking'])

/** The words for a kind of failure, where nothing more is known. */
const TYPE_TEXTS: Readonly<Record<ErrorType, string>> = {
  auth: SPOKEN_TEXTS.unauthenticated,
  connection: 'The connection was lost. Trying again.',
  server: SPOKEN_TEXTS.unavailable,
  unknown: 'Something went wrong with the connection.',
}

const REACTION_TEXTS: Readonly<Partial<Record<CloseReaction, string>>> = {
  reject: 'This account may not connect here. Sign in with another one.',
  retryAfterMarking: SPOKEN_TEXTS.too_long,
  yield: SPOKEN_TEXTS.in_use,
  stop: 'This page and the service do not understand each other. Reload the page.',
}

/**
 * Whole phrases, never a lone "session" or "token": those stand in many messages that have nothing to do with
 * signing in. [L23]
 */
const PHRASES: readonly (readonly [ErrorType, RegExp])[] = [
  [
    'auth',
    /\b(unauthori[sz]ed|unauthenticated|forbidden|not signed in|(invalid|expired) (session|token)|(session|token) (has )?expired|authentication (failed|required))\b/i,
  ],
  ['server', /\b(internal (server )?error|server error|service unavailable|bad gateway|overloaded)\b/i],
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
export function isRetryableError(error: Pick<WebSocketError, 'type' | 'code'>): boolean {
  return error.code === undefined ? error.type === 'connection' || error.type === 'server' : RETRIED.has(closeFacts(error.code).reaction)
}

/** The error of a close event, with the words for a person. */
export function createErrorFromCloseEvent({ code, reason }: CloseEventFacts): WebSocketError {
  const { type, reaction } = closeFacts(code)
  const message =
    reaction === 'validate' && (reason === 'expired' || reason === 'revoked')
      ? SPOKEN_TEXTS[reason]
      : code === 4429
        ? SPOKEN_TEXTS.rate_limited
        : (REACTION_TEXTS[reaction] ?? TYPE_TEXTS[type])
  return { type, message, code, ...(reason ? { reason } : {}), retryable: RETRIED.has(reaction) }
}

/** The error of whatever was thrown. Codes decide; the text is the last resort. */
export function createErrorFromError(error: unknown): WebSocketError {
  if (error instanceof SymphainyError) {
    const type = typeOf(error)
    return { type, message: error.message, retryable: type === 'connection' || type === 'server' }
  }
  const type = getErrorTypeFromMessage(error instanceof Error ? error.message : String(error))
  return { type, message: TYPE_TEXTS[type], retryable: isRetryableError({ type }) }
}

function typeOf({ code, status }: SymphainyError): ErrorType {
  if (code === 'network' || code === 'timeout') return 'connection'
  if (status === 401) return 'auth'
  return status === 429 || (status ?? 0) >= 500 || code === 'bad_response' ? 'server' : 'unknown'
}

/** The words for a person: never a code, never a secret. */
export function getUserFriendlyMessage(error: WebSocketError | ErrorType): string {
  return typeof error === 'string' ? TYPE_TEXTS[error] : error.message
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
