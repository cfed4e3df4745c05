import { ERROR_TEXTS, type ErrorCode } from '@symphainy/protocol'

/** The one error of this package. `message` is fit for a person and holds no secret. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly code: ErrorCode
  /** When to try again, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, options: { message?: string; retryAfterMs?: number; cause?: unknown } = {}) {
    super(options.message ?? ERROR_TEXTS[code], options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryAfterMs = options.retryAfterMs
  }
}
