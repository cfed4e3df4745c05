import { GatewayError, isAllowedOrigin, requestOrigin, type InvalidReason, type SessionRecord } from '@symphainy/gateway'
import { CREDENTIAL_MODE_HEADER, type ErrorCode } from '@symphainy/protocol'
import type { FastifyRequest } from 'fastify'
import type { HttpContext } from './context.js'

/** How a client holds its credential: in a cookie that no script reads, or by itself. [AU1] */
export type CredentialMode = 'cookie' | 'bearer'

export interface Presented {
  mode: CredentialMode
  credential: string
}

export interface SignedIn extends Presented {
  record: SessionRecord
}

const INVALID_CODE: Readonly<Record<InvalidReason, ErrorCode>> = {
  unauthenticated: 'unauthenticated',
  expired: 'expired',
  revoked: 'revoked',
  signed_out: 'revoked',
  superseded: 'revoked',
}

/** How often it is written down that a session was used. */
const SEEN_EVERY_MS = 60_000

/** The credential of a request: the header, if there is one, else the cookie. */
export function presented(context: HttpContext, request: FastifyRequest): Presented | null {
  const bearer = /^Bearer +([^\s]+) *$/i.exec(request.headers.authorization ?? '')?.[1]
  if (bearer !== undefined) return { mode: 'bearer', credential: bearer }
  const cookie = context.cookies.read(request.headers.cookie)
  return cookie === undefined ? null : { mode: 'cookie', credential: cookie }
}

/** Which mode a login or registration asks for. */
export function wantedMode(request: FastifyRequest): CredentialMode {
  return request.headers[CREDENTIAL_MODE_HEADER] === 'bearer' ? 'bearer' : 'cookie'
}

/** @throws GatewayError `unauthenticated`, `expired`, `revoked`; `unavailable` when that cannot be known [AU3] */
export async function requireSession(context: HttpContext, request: FastifyRequest): Promise<SignedIn> {
  const given = presented(context, request)
  if (given === null) throw new GatewayError('unauthenticated')
  const found = await context.sessions.find(given.credential)
  if (found.status === 'invalid') throw new GatewayError(INVALID_CODE[found.reason])
  noteSeen(context, request, found.record)
  return { ...given, record: found.record }
}

/** A refresh that lost its session meanwhile. */
export function refusedAs(reason: InvalidReason): GatewayError {
  return new GatewayError(INVALID_CODE[reason])
}

/** Nobody waits for it: a list of devices that is a minute behind harms nobody, a login that fails for it would. */
function noteSeen(context: HttpContext, request: FastifyRequest, record: SessionRecord): void {
  const now = context.now()
  if (now - record.lastSeenAt < SEEN_EVERY_MS) return
  context.sessionStore
    .seen(record.id, now, context.clientAddress(request.raw))
    .catch((error: unknown) => context.logger.warn({ err: error }, 'the use of a session was not noted'))
}

/**
 * Who may change state. A browser names its page's origin in every such call; one that is not allowed is refused, and
 * without one only what carries its own credential gets in, which no foreign page can. [AU1]
 * @throws GatewayError `origin_refused`
 */
export function requireAllowedOrigin(context: HttpContext, request: FastifyRequest): void {
  const { origin } = request.headers
  if (origin !== undefined && isAllowedOrigin(origin, context.origins)) return
  if (origin === undefined && (requestOrigin(request.headers, context.origins, context.secure) !== null || carriesItsOwn(request))) return
  context.logger.warn(
    { origin: origin?.slice(0, 200) ?? null, setting: 'ALLOWED_ORIGINS' },
    'a call was refused for its origin; ALLOWED_ORIGINS or PUBLIC_ORIGIN would allow it',
  )
  throw new GatewayError('origin_refused')
}

function carriesItsOwn(request: FastifyRequest): boolean {
  return request.headers.authorization !== undefined || wantedMode(request) === 'bearer'
}
