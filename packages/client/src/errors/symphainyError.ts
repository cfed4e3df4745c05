import { SPOKEN_TEXTS, type ErrorCode } from '@symphainy/protocol'

/** The platform's codes, and those that only a client can find. */
export type ClientErrorCode = ErrorCode | 'network' | 'timeout' | 'aborted' | 'bad_response' | 'storage'

/** What the client says by itself; the platform sends the words of its own refusals along. */
const TEXTS: Readonly<Partial<Record<ClientErrorCode, string>>> = {
  ...SPOKEN_TEXTS,
  invalid: 'Something in the request is not valid.',
  network: 'The service cannot be reached. Check your connection.',
  timeout: 'The service did not answer in time.',
  aborted: 'Stopped.',
  bad_response: 'The service answered in a way that this version does not understand.',
  storage: 'This browser does not let the page keep data.',
}

export interface SymphainyErrorOptions {
  message?: string | undefined
  retryAfterMs?: number | undefined
  field?: string | undefined
  status?: number | undefined
  cause?: unknown
}

/** The one error of the client packages. `message` is fit for a person and holds no secret. */
export class SymphainyError extends Error {
  override readonly name = 'SymphainyError'
  readonly code: ClientErrorCode
  declare readonly retryAfterMs: number | undefined
  /** The form field that is wrong, with `invalid`. */
  declare readonly field: string | undefined
  /** The HTTP status, if an answer brought it. */
  declare readonly status: number | undefined

  constructor(code: ClientErrorCode, { message = TEXTS[code] ?? 'Something went wrong. Try again.', cause, ...facts }: SymphainyErrorOptions = {}) {
    super(message, { cause })
    this.code = code
    Object.assign(this, facts)
  }
}

/** Whatever was thrown, as the one error. */
export function asError(cause: unknown, code: ClientErrorCode = 'network'): SymphainyError {
  return cause instanceof SymphainyError ? cause : new SymphainyError(code, { cause })
}
