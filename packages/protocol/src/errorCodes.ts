/**
 * Those that a client also has to say by itself, of a close code or its own limits. Apart from the others so that a
 * page loads no words that the platform sends along anyway.
 */
export const SPOKEN_TEXTS = {
  unauthenticated: 'You are not signed in.',
  expired: 'Your session has ended. Sign in again.',
  revoked: 'You were signed out. Sign in again.',
  in_use: 'Symphainy is in use in another tab.',
  rate_limited: 'Too many at once. Wait a moment, then try again.',
  unavailable: 'The service is not available right now. Your data is safe; try again shortly.',
  too_long: 'This message is too long. Shorten it, then send it again.',
  gone: 'This conversation was deleted.',
} as const

const SENT_TEXTS = {
  // accounts and sessions
  invalid_credentials: 'Email or password is wrong.',
  email_taken: 'There is already an account with this email. Sign in instead.',
  registration_closed: 'New accounts are closed here. Ask the operator for one.',
  invitation_required: 'An invitation is needed to create an account here.',
  origin_refused: 'This site may not use this service.',
  invalid: 'Something in the request is not valid.',
  not_found: 'This does not exist, or is not yours.',
  // capacity
  draining: 'The service is restarting. It will be back in a moment.',
  quota_exceeded: 'Your daily limit of questions is used up. It starts anew tomorrow.',
  internal: 'Something went wrong on our side.',
  // messages and runs
  conflict: 'This message was already sent elsewhere.',
  interrupted: 'The answer was interrupted. Try again.',
  cancelled: 'Stopped.',
  agent_failed: 'The agent could not answer. Try again.',
  agent_unreachable: 'The agent cannot be reached. Try again later.',
  agent_misconfigured: 'The agent is not set up correctly. Tell the operator.',
  event_too_large: 'The agent sent more than fits. The answer was ended.',
  time_exceeded: 'The answer took too long and was ended.',
  output_exceeded: 'The answer grew too long and was ended.',
  // frames
  invalid_json: 'A frame was not valid JSON.',
  invalid_frame: 'A frame had the wrong shape.',
  unknown_type: 'A frame had a type that this version does not know.',
  too_many_subscriptions: 'Too many conversations are open at once.',
} as const

export type ErrorCode = keyof typeof SPOKEN_TEXTS | keyof typeof SENT_TEXTS

/**
 * Every refusal that travels, with the words for a person. One table: HTTP answers, `nack`, `error` and the
 * client's own messages are looked up here, so that another language is another table of the same keys.
 */
// A spread may run code, for all a bundler knows; this may not, and so it is left out of pages that never ask for it.
export const ERROR_TEXTS: Readonly<Record<ErrorCode, string>> = /* @__PURE__ */ Object.assign({}, SPOKEN_TEXTS, SENT_TEXTS)

/** Why a message was not appended. Those of `RETRYABLE_NACKS` hold the outbox; the others end the message. */
export type NackCode = 'invalid_frame' | 'too_long' | 'rate_limited' | 'gone' | 'conflict' | 'not_found' | 'quota_exceeded' | 'unavailable' | 'draining'

export const RETRYABLE_NACKS: ReadonlySet<NackCode> = new Set<NackCode>(['rate_limited', 'unavailable', 'draining'])

export type FrameErrorCode =
  | 'invalid_json'
  | 'invalid_frame'
  | 'unknown_type'
  | 'not_found'
  | 'rate_limited'
  | 'too_many_subscriptions'
  | 'unavailable'
  | 'internal'
