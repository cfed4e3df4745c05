import type { IncomingMessage, ServerResponse } from 'node:http'
import { GatewayError, requestOrigin, type Gateway, type GatewayEnvironment, type OpenSession, type Sessions } from '@symphainy/gateway'
import { CREDENTIAL_MODE_HEADER, ERROR_TEXTS, PRESENCE_COOKIE, type ErrorCode, type ErrorResponse, type SessionResponse } from '@symphainy/protocol'
import { userNamed } from './users.js'

interface Calls {
  gateway: Gateway
  sessions: Sessions
  environment: GatewayEnvironment
}

const COOKIE = 'symphainy_session'
const STATUS: Partial<Record<ErrorCode, number>> = {
  unauthenticated: 401,
  expired: 401,
  revoked: 401,
  in_use: 409,
  rate_limited: 429,
  not_found: 404,
  invalid: 422,
  origin_refused: 403,
}

/**
 * The least of the HTTP API that a client needs: login with any name and no password, session, ws-ticket, refresh and
 * logout, in cookie and bearer mode. It is for tests: whoever asks is let in.
 */
export async function answerHttp(calls: Calls, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await answer(calls, request, response)
  } catch (error) {
    const code = error instanceof GatewayError ? error.code : 'internal'
    refuse(response, code, error instanceof GatewayError ? error.retryAfterMs : undefined)
  }
}

async function answer({ gateway, sessions, environment }: Calls, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const origin = requestOrigin(request.headers, { exact: [], loopback: true }) ?? `http://${request.headers.host ?? ''}`
  const call = `${request.method ?? ''} ${request.url?.split('?')[0] ?? ''}`
  const from = { userAgent: request.headers['user-agent'] ?? '', address: '127.0.0.1' }

  const sessionAnswer = async ({ record, credential }: OpenSession, isBearer: boolean, isNew: boolean): Promise<void> => {
    const { id, user, createdAt, expiresAt } = record
    const ticket = gateway.isServed(id) ? null : (await gateway.issueTicket({ sessionId: id, userId: user.id, origin })).ticket
    const serverNow = environment.now()
    const body: SessionResponse = {
      user,
      session: { id, createdAt, expiresInMs: expiresAt - serverNow },
      serverNow,
      ticket,
      ...(isBearer && isNew ? { token: credential } : {}),
    }
    if (isNew && !isBearer)
      response.setHeader('Set-Cookie', [`${COOKIE}=${credential}; HttpOnly; SameSite=Lax; Path=/`, `${PRESENCE_COOKIE}=1; SameSite=Lax; Path=/`])
    send(response, 200, body)
  }

  if (call === 'POST /api/auth/login') {
    const { email } = JSON.parse(await bodyOf(request)) as { email?: string }
    if (typeof email !== 'string') return refuse(response, 'invalid')
    return sessionAnswer(await sessions.open(userNamed(email.split('@')[0] ?? ''), from), request.headers[CREDENTIAL_MODE_HEADER] === 'bearer', true)
  }
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  const credential = bearer ?? new RegExp(`${COOKIE}=([^;]+)`).exec(request.headers.cookie ?? '')?.[1] ?? ''
  const found = await sessions.find(credential)
  if (found.status === 'invalid') return refuse(response, found.reason === 'unauthenticated' || found.reason === 'expired' ? found.reason : 'revoked')
  const { record } = found
  switch (call) {
    case 'GET /api/auth/session':
      return sessionAnswer({ record, credential }, bearer !== undefined, false)
    case 'POST /api/auth/ws-ticket': {
      const { ifIdle } = JSON.parse((await bodyOf(request)) || '{}') as { ifIdle?: boolean }
      return send(response, 201, await gateway.issueTicket({ sessionId: record.id, userId: record.user.id, origin, ifIdle: ifIdle === true }))
    }
    case 'POST /api/auth/refresh': {
      const refreshed = await sessions.refresh(credential)
      return refreshed.status === 'invalid' ? refuse(response, 'expired') : sessionAnswer(refreshed, bearer !== undefined, true)
    }
    case 'POST /api/auth/logout':
      await gateway.endSessions({ ids: [record.id] }, 'signed_out')
      return void response.writeHead(204).end()
    default:
      return refuse(response, 'not_found')
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(body))
}

function refuse(response: ServerResponse, code: ErrorCode, retryAfterMs?: number): void {
  const body: ErrorResponse = { error: { code, message: ERROR_TEXTS[code], ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } }
  send(response, STATUS[code] ?? 503, body)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
