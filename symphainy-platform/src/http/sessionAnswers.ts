import { GatewayError, requestOrigin, type OpenSession, type SessionRecord } from '@symphainy/gateway'
import type { SessionFacts, SessionResponse } from '@symphainy/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpContext } from './context.js'
import type { CredentialMode } from './requestSession.js'

/** What a client learns of its session: durations, so that its clock does not matter. [AU5] */
export function factsOf(context: HttpContext, record: SessionRecord): SessionFacts {
  return { id: record.id, createdAt: record.createdAt, expiresInMs: Math.max(0, Math.min(record.expiresAt, record.absoluteExpiresAt) - context.now()) }
}

/** The answer to a validation, a login and a registration. */
export async function sessionAnswer(context: HttpContext, request: FastifyRequest, record: SessionRecord): Promise<SessionResponse> {
  const ticket = await firstTicket(context, request, record)
  return { user: record.user, session: factsOf(context, record), serverNow: context.now(), ticket }
}

/** Hands the credential over: in a cookie, or in the answer of a client that keeps it itself. [AU1] [AU2] */
export function handOver(context: HttpContext, reply: FastifyReply, mode: CredentialMode, open: OpenSession): { token?: string } {
  if (mode === 'bearer') return { token: open.credential }
  reply.header('set-cookie', context.cookies.store(open.credential, Math.ceil(factsOf(context, open.record).expiresInMs / 1000)))
  return {}
}

/** The reasons for which an answer goes out without a ticket: the client asks for one when it wants to connect. */
const WITHOUT_TICKET: ReadonlySet<string> = new Set(['in_use', 'rate_limited', 'unavailable', 'draining'])

/** None when the session is served already, admission is full, or the caller's origin may not connect. [CN1] [CN5] */
async function firstTicket(context: HttpContext, request: FastifyRequest, record: SessionRecord): Promise<string | null> {
  const origin = requestOrigin(request.headers, context.origins, context.secure)
  if (origin === null || context.gateway.isServed(record.id)) return null
  try {
    return (await context.gateway.issueTicket({ sessionId: record.id, userId: record.user.id, origin, ifIdle: true })).ticket
  } catch (error) {
    if (error instanceof GatewayError && WITHOUT_TICKET.has(error.code)) return null
    throw error
  }
}
