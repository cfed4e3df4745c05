import { createServer } from 'node:http'
import { createGateway, createSessions, defaultEnvironment, GatewayError, requestOrigin } from '@symphainy/gateway'
import { createMemoryBus, createMemoryEventLog, createMemorySessionStore, createMemoryTicketStore } from '@symphainy/gateway/memory'

// Where things are kept: in memory, to begin with. Each is a small port with a contract suite in @symphainy/testing.
const store = createMemorySessionStore()
const log = createMemoryEventLog()
const environment = defaultEnvironment()
const sessions = createSessions({ store, environment })

// In production: { exact: ['https://app.example.com'], loopback: false }
const origins = { exact: [], loopback: true }

// Who answers: whatever yields AG-UI events.
const agents = {
  describe: () => ({ kind: 'remote', label: 'Echo, no AI model' }),
  async *run({ run, conversation, messages }, { signal }) {
    yield { type: 'TEXT_MESSAGE_START', messageId: 'a1', role: 'assistant' }
    for (const word of `You said: ${messages.at(-1).text}`.split(/(?<= )/)) {
      if (signal.aborted) return
      yield { type: 'TEXT_MESSAGE_CONTENT', messageId: 'a1', delta: word }
    }
    yield { type: 'TEXT_MESSAGE_END', messageId: 'a1' }
    yield { type: 'RUN_FINISHED', threadId: conversation, runId: run }
  },
}

const gateway = createGateway({ sessions: store, tickets: createMemoryTicketStore(), log, bus: createMemoryBus(), agents, origins })

// Call this at the end of your own login, when you know who it is.
async function openChatSession(user, request, response) {
  const { credential } = await sessions.open(user, { userAgent: request.headers['user-agent'] ?? '', address: request.socket.remoteAddress })
  // With https add "; Secure".
  response.setHeader('Set-Cookie', [`symphainy_session=${credential}; Path=/; SameSite=Lax; HttpOnly`, 'symphainy_present=1; Path=/; SameSite=Lax'])
}

// Stands for the login that you have.
async function yourLogin(request, response) {
  const { email } = await bodyOf(request)
  await openChatSession({ id: email, name: email.split('@')[0], email }, request, response)
  return send(response, 200, { ok: true })
}

// The calls that the client makes.
const calls = {
  'GET /api/auth/session': async ({ record, origin, response }) => {
    const { id, user, createdAt, expiresAt } = record
    const ticket = origin === null || gateway.isServed(id) ? null : (await gateway.issueTicket({ sessionId: id, userId: user.id, origin })).ticket
    send(response, 200, { user, session: { id, createdAt, expiresInMs: expiresAt - environment.now() }, serverNow: environment.now(), ticket })
  },
  'POST /api/auth/ws-ticket': async ({ record, origin, request, response }) => {
    const { ifIdle = false } = await bodyOf(request)
    send(response, 201, await gateway.issueTicket({ sessionId: record.id, userId: record.user.id, origin, ifIdle }))
  },
  'POST /api/auth/logout': async ({ record, response }) => {
    await gateway.endSessions({ ids: [record.id] }, 'signed_out')
    response.setHeader('Set-Cookie', ['symphainy_session=; Path=/; Max-Age=0', 'symphainy_present=; Path=/; Max-Age=0'])
    response.writeHead(204).end()
  },
  'GET /api/conversations': async ({ record, query, response }) => send(response, 200, await log.conversations(record.user.id, pageOf(query))),
  'GET /api/conversations/:id/messages': async ({ record, id, query, response }) => {
    const page = await log.messages({ userId: record.user.id, conversation: id }, pageOf(query))
    if (page === null) throw new GatewayError('not_found')
    send(response, 200, page)
  },
}

async function answer(request, response) {
  const { pathname, searchParams: query } = new URL(request.url, 'http://localhost')
  // What changes something needs a page of ours: a foreign one could send the cookie along.
  const origin = requestOrigin(request.headers, origins)
  if (request.method !== 'GET' && origin === null) throw new GatewayError('origin_refused')
  if (`${request.method} ${pathname}` === 'POST /your-login') return yourLogin(request, response)

  const [, id] = /^\/api\/conversations\/([\w-]+)\/messages$/.exec(pathname) ?? []
  const call = calls[`${request.method} ${id === undefined ? pathname : '/api/conversations/:id/messages'}`]
  if (call === undefined) throw new GatewayError('not_found')
  const [, credential = ''] = /symphainy_session=([^;]+)/.exec(request.headers.cookie ?? '') ?? []
  const found = await sessions.find(credential)
  if (found.status === 'invalid') throw new GatewayError(['unauthenticated', 'expired'].includes(found.reason) ? found.reason : 'revoked')
  await call({ record: found.record, origin, id, query, request, response })
}

const STATUS = { unauthenticated: 401, expired: 401, revoked: 401, origin_refused: 403, not_found: 404, in_use: 409, rate_limited: 429, unavailable: 503 }

export const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    const { code, message, retryAfterMs } = error instanceof GatewayError ? error : new GatewayError('internal', { cause: error })
    send(response, STATUS[code] ?? 500, { error: { code, message, retryAfterMs } })
  })
})
gateway.attach(server)
server.listen(Number(process.env.PORT ?? 4000), 'localhost')

function send(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(body))
}

async function bodyOf(request) {
  const chunks = await request.toArray()
  return JSON.parse(Buffer.concat(chunks).toString() || '{}')
}

function pageOf(query) {
  const given = ['before', 'search'].filter((name) => query.has(name)).map((name) => [name, query.get(name)])
  return { limit: Math.min(Number(query.get('limit') ?? 50), 200), ...Object.fromEntries(given) }
}
