/** What kind of failure a close is; decides the words, the retry and the way to login. */
export type ErrorType = 'auth' | 'connection' | 'server' | 'unknown'

/** What the client does about a close. */
export type CloseReaction =
  | 'retry' // after the shared back-off
  | 'retrySlowly' // the same, from attempt 3
  | 'retryAfterMarking' // the head of the outbox is too long; then retry
  | 'validate' // ask once whether the session still holds [SE3]
  | 'reject' // the session may not do this: mark it rejected, to login [SE3]
  | 'yield' // another connection of the session took over
  | 'stop' // we are at fault: say so, do not repeat it

export interface CloseFacts {
  type: ErrorType
  reaction: CloseReaction
  /** What it means here, for logs and documentation. */
  meaning: string
}

const facts = (type: ErrorType, reaction: CloseReaction, meaning: string): CloseFacts => ({ type, reaction, meaning })

const notSignedIn = facts('auth', 'validate', 'not signed in: expired, revoked, signed out or superseded')
const notAllowed = facts('auth', 'reject', 'signed in, not allowed')
const lost = facts('connection', 'retry', 'gone, or lost')
const failed = facts('server', 'retry', 'the platform failed')
const spokeWrongly = facts('unknown', 'stop', 'the client spoke wrongly')
const timedOut = facts('connection', 'retry', 'timed out')

/** The close-code table of SPEC.md, row by row. */
export const CLOSE_CODES: Readonly<Record<number, CloseFacts>> = {
  1000: facts('unknown', 'retry', 'done'),
  1001: lost,
  1002: spokeWrongly,
  1003: spokeWrongly,
  1005: lost,
  1006: lost,
  1007: spokeWrongly,
  1008: facts('auth', 'reject', 'refused by policy'),
  1009: facts('unknown', 'retryAfterMarking', 'a frame too large'),
  1010: spokeWrongly,
  1011: failed,
  1012: facts('server', 'retry', 'restart'),
  1013: facts('server', 'retrySlowly', 'overloaded, or too slow'),
  1014: failed,
  1015: lost,
  3000: notSignedIn,
  3003: notAllowed,
  3008: timedOut,
  4001: notSignedIn,
  4003: notAllowed,
  4400: spokeWrongly,
  4401: notSignedIn,
  4403: notAllowed,
  4408: timedOut,
  4409: facts('unknown', 'yield', 'replaced by a newer connection of the same session'),
  4429: facts('server', 'retry', 'too many'),
}

const unknownApplication = facts('unknown', 'stop', 'not in the table')
const unknownOther = facts('unknown', 'retry', 'not in the table')

/** The facts of a close code; codes outside the table stop if they are 4xxx and retry otherwise. */
export function closeFacts(code: number): CloseFacts {
  return CLOSE_CODES[code] ?? (code >= 4000 && code <= 4999 ? unknownApplication : unknownOther)
}

/** The codes that the platform itself sends. */
export const CLOSE = {
  DONE: 1000,
  GOING_AWAY: 1001,
  TOO_LARGE: 1009,
  INTERNAL: 1011,
  RESTART: 1012,
  OVERLOADED: 1013,
  UNAUTHENTICATED: 3000,
  FORBIDDEN: 3003,
  TIMEOUT: 3008,
  ABUSE: 4400,
  REPLACED: 4409,
  TOO_MANY: 4429,
} as const

/** The reasons that travel with close code 3000. [SE2] [SE3] */
export const SIGNED_OUT_REASONS = ['expired', 'revoked', 'signed_out', 'superseded', 'ticket_invalid'] as const
export type SignedOutReason = (typeof SIGNED_OUT_REASONS)[number]
