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
}

/** The close-code table of SPEC.md: what a code is, and the codes that are so. */
const ROWS: readonly (readonly [ErrorType, CloseReaction, ...number[]])[] = [
  ['connection', 'retry', 1001, 1005, 1006, 1015, 3008, 4408], // gone, lost or timed out
  ['server', 'retry', 1011, 1012, 1014, 4429], // the platform failed, restarts or has too many
  ['server', 'retrySlowly', 1013], // overloaded, or we are too slow
  ['unknown', 'retry', 1000], // done, and it was not we who said so
  ['unknown', 'retryAfterMarking', 1009], // a frame too large
  ['unknown', 'stop', 1002, 1003, 1007, 1010, 4400], // we spoke wrongly
  ['unknown', 'yield', 4409], // replaced by a newer connection of the same session
  ['auth', 'validate', 3000, 4001, 4401], // not signed in: expired, revoked, signed out or superseded
  ['auth', 'reject', 1008, 3003, 4003, 4403], // signed in, not allowed; or refused by policy
]

/** The facts of every code of the table. */
// Nothing runs here that a bundler could not leave out: a page that only asks for one code needs no map.
export const CLOSE_CODES: ReadonlyMap<number, CloseFacts> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ ROWS.flatMap(([type, reaction, ...codes]) => codes.map((code) => [code, { type, reaction }] as const)),
)

/** The facts of a close code; codes outside the table stop if they are 4xxx and retry otherwise. */
export function closeFacts(code: number): CloseFacts {
  const [type, reaction]: readonly [ErrorType, CloseReaction, ...unknown[]] = ROWS.find(([, , ...codes]) => codes.includes(code)) ?? [
    'unknown',
    code >= 4000 && code <= 4999 ? 'stop' : 'retry',
  ]
  return { type, reaction }
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
