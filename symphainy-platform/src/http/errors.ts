import { GatewayError } from '@symphainy/gateway'
import { ERROR_TEXTS, type ErrorCode, type ErrorResponse } from '@symphainy/protocol'

/** RFC 9110 statuses of the protocol's refusals. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  invalid_credentials: 401,
  unauthenticated: 401,
  expired: 401,
  revoked: 401,
  registration_closed: 403,
  invitation_required: 403,
  origin_refused: 403,
  not_found: 404,
  email_taken: 409,
  in_use: 409,
  conflict: 409,
  gone: 410,
  too_long: 413,
  invalid: 422,
  invalid_json: 400,
  rate_limited: 429,
  quota_exceeded: 429,
  unavailable: 503,
  draining: 503,
}

/** How an error is answered. `cause`: what the log should say, when the fault is ours. */
export interface Refusal {
  status: number
  body: ErrorResponse
  retryAfterSeconds?: number
  cause?: unknown
}

/** A field of a request that is not what it should be. [422] */
export function invalidField(field: string, message: string): FieldError {
  return new FieldError(field, message)
}

/** Names the field, so that a form can show the words beside it. */
export class FieldError extends GatewayError {
  constructor(
    readonly field: string,
    message: string,
  ) {
    super('invalid', { message })
  }
}

/** Any error as an answer. What is not known becomes `internal`, with no word of it for the outside. */
export function refusalFor(error: unknown): Refusal {
  if (error instanceof GatewayError) {
    const { code, message, retryAfterMs } = error
    return {
      status: STATUS[code] ?? 500,
      body: {
        error: { code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }), ...(error instanceof FieldError ? { field: error.field } : {}) },
      },
      ...(retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1000)) }),
      ...(code === 'unavailable' || code === 'internal' ? { cause: error.cause ?? error } : {}),
    }
  }
  const { statusCode: fastify, code: fastifyCode } = error as { statusCode?: unknown; code?: unknown }
  if (fastifyCode === 'FST_ERR_BAD_URL') return plain(400, 'invalid', 'The address is not valid.')
  if (fastify === 413) return plain(413, 'too_long', 'The request is too large.')
  if (fastify === 415) return plain(415, 'invalid', 'Send JSON, with Content-Type: application/json.')
  if (typeof fastify === 'number' && fastify >= 400 && fastify < 500)
    return plain(fastify, fastify === 400 ? 'invalid_json' : 'invalid', fastify === 400 ? 'The request is not valid JSON.' : ERROR_TEXTS.invalid)
  return { ...plain(500, 'internal', ERROR_TEXTS.internal), cause: error }
}

function plain(status: number, code: ErrorCode, message: string): Refusal {
  return { status, body: { error: { code, message } } }
}
