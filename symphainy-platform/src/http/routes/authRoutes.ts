import { GatewayError, requestOrigin, type OpenSession } from '@symphainy/gateway'
import type { RefreshResponse, SessionResponse, TicketResponse, User } from '@symphainy/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { HttpContext } from '../context.js'
import { emailField, fieldsOf, nameField, newPasswordField, optionalText, passwordField } from '../fields.js'
import { presented, refusedAs, requireSession, wantedMode } from '../requestSession.js'
import { factsOf, handOver, sessionAnswer } from '../sessionAnswers.js'

/** Accounts and sessions, as PROTOCOL.md lists them. */
export function authRoutes(app: FastifyInstance, context: HttpContext): void {
  const { accounts, sessions, gateway } = context

  /** Opens a session and ends the one that the caller had, so that its other tabs validate and follow. [AU7] */
  const signIn = async (request: FastifyRequest, reply: FastifyReply, user: User): Promise<SessionResponse> => {
    const before = presented(context, request)
    const found = before === null ? null : await sessions.find(before.credential)
    const open: OpenSession = await sessions.open(user, { userAgent: request.headers['user-agent'] ?? '', address: context.clientAddress(request.raw) })
    if (found?.status === 'valid') await gateway.endSessions({ ids: [found.record.id] }, 'superseded')
    const answer = await sessionAnswer(context, request, open.record)
    return { ...answer, ...handOver(context, reply, wantedMode(request), open) }
  }

  app.post('/api/auth/register', async (request, reply) => {
    const fields = fieldsOf(request.body)
    const invitation = optionalText(fields, 'invitation', 'Invitation', 100)
    const user = await accounts.register({
      name: nameField(fields),
      email: emailField(fields),
      password: newPasswordField(fields, 'password'),
      address: context.clientAddress(request.raw),
      ...(invitation === undefined ? {} : { invitation }),
    })
    return reply.code(201).send(await signIn(request, reply, user))
  })

  app.post('/api/auth/login', async (request, reply) => {
    const fields = fieldsOf(request.body)
    const user = await accounts.login({ email: emailField(fields), password: passwordField(fields, 'password'), address: context.clientAddress(request.raw) })
    return reply.send(await signIn(request, reply, user))
  })

  app.get('/api/auth/session', async (request) => sessionAnswer(context, request, (await requireSession(context, request)).record))

  app.post('/api/auth/ws-ticket', async (request, reply) => {
    const { record } = await requireSession(context, request)
    const ifIdle = request.body === undefined || request.body === null ? false : fieldsOf(request.body)['ifIdle'] === true
    const origin = requestOrigin(request.headers, context.origins, context.secure)
    if (origin === null) throw new GatewayError('origin_refused')
    const answer: TicketResponse = await gateway.issueTicket({ sessionId: record.id, userId: record.user.id, origin, ifIdle })
    return reply.code(201).send(answer)
  })

  app.post('/api/auth/refresh', async (request, reply) => {
    const { mode, credential } = await requireSession(context, request)
    const refreshed = await sessions.refresh(credential)
    if (refreshed.status === 'invalid') throw refusedAs(refreshed.reason)
    const answer: RefreshResponse = { session: factsOf(context, refreshed.record), ...handOver(context, reply, mode, refreshed) }
    return reply.send(answer)
  })

  app.post('/api/auth/password', async (request, reply) => {
    const { record } = await requireSession(context, request)
    const fields = fieldsOf(request.body)
    const current = passwordField(fields, 'current')
    await accounts.changePassword({ user: record.user, current, next: newPasswordField(fields, 'next'), address: context.clientAddress(request.raw) })
    await endOthers(context, record.user.id, record.id)
    return reply.code(204).send()
  })

  app.post('/api/auth/logout', async (request, reply) => {
    const given = presented(context, request)
    // Whoever is signed out already has what they asked for. A store that is away throws, and the cookies stay.
    const found = given === null ? null : await sessions.find(given.credential)
    if (found?.status === 'valid') await gateway.endSessions({ ids: [found.record.id] }, 'signed_out')
    return reply.header('set-cookie', context.cookies.clear()).code(204).send()
  })
}

async function endOthers(context: HttpContext, userId: string, except: string): Promise<void> {
  try {
    await context.gateway.endSessions({ userId, except }, 'revoked')
  } catch (cause) {
    throw new GatewayError('unavailable', {
      message: 'The password was changed, but the other devices could not be signed out. Sign them out under Devices.',
      cause,
    })
  }
}
