/** Why the platform cannot start, in words for the person who starts it. */
export type PlatformErrorCode = 'config' | 'data' | 'port' | 'web'

/**
 * The one error of this package: a start that cannot succeed. `message` is complete sentences that say what to do;
 * `main` prints it without a stack and exits with 1. Refusals of requests are `GatewayError`s instead.
 */
export class PlatformError extends Error {
  override readonly name = 'PlatformError'
  readonly code: PlatformErrorCode

  constructor(code: PlatformErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
  }
}
