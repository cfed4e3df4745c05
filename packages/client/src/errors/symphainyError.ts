import { ERROR_TEXTS, type ErrorCode } from '@symphainy/protocol'

/** The platform's codes, and those that only a client can find. */
export type ClientErrorCode = ErrorCode | 'network' | 'timeout' | 'aborted' | 'bad_response' | 'storage'

const CLIENT_TEXTS: Readonly<Record<Exclude<ClientErrorCode, ErrorCode>, string>> = {
  network: 'The service cannot be reached. Check your connection.',
  timeout: 'The service did not answer in time.',
  aborted: 'Stopped.',
  bad_response: 'The service answered in a way that this version does not understand.',
  storage: 'This browser does not let the page keep data.',
}

/** The one error of the client packages. `message` is fit for a person and holds no secret. */
export class SymphainyError extends Error {
  override readonly name = 'SymphainyError'
  readonly code: ClientErrorCode
  readonly retryAfterMs: number | undefined
  /** The form field that is wrong, with `invalid`. */
  readonly field: string | undefined
  /** The HTTP status, if an answer brought it. */
  readonly status: number | undefined

  constructor(code: ClientErrorCode, options: { message?: string; retryAfterMs?: number; field?: string; status?: number; cause?: unknown } = {}) {
    super(options.message ?? textOf(code), options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryAfterMs = options.retryAfterMs
    this.field = options.field
    this.status = options.status
  }
}

function textOf(code: ClientErrorCode): string {
  return code in CLIENT_TEXTS ? CLIENT_TEXTS[code as keyof typeof CLIENT_TEXTS] : ERROR_TEXTS[code as ErrorCode]
}
