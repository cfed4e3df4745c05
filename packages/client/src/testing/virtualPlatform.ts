import {
  CREDENTIAL_MODE_HEADER,
  DEFAULT_HEARTBEAT_MS,
  DEFAULT_LIMITS,
  ERROR_TEXTS,
  PEER_SILENCE_MS,
  PRESENCE_COOKIE,
  TICKET_PREFIX,
  TICKET_TTL_MS,
  type ClientFrame,
  type ErrorCode,
  type SessionResponse,
  type User,
} from '@symphainy/protocol'
import type { VirtualBrowser, VirtualNetwork } from './virtualBrowser.js'
import type { VirtualClock } from './virtualClock.js'
import { VirtualSocket } from './virtualSocket.js'

const COOKIE = 'symphainy_session'

/** A request as the virtual platform sees it. */
export interface VirtualRequest {
  method: string
  path: string
  query: URLSearchParams
  body: unknown
  headers: Record<string, string>
  /** The credential that came with it: cookie or bearer token. */
  credential: string | null
  browser: VirtualBrowser
}

export interface VirtualAnswer {
  status: number
  body?: unknown
  /** Runs when the answer arrives: cookies are set then, and not before. */
  onArrival?: () => void
}

export type VirtualRoute = (request: VirtualRequest) => VirtualAnswer

interface Session {
  id: string
  user: User
  credential: string
  createdAt: number
  endsAt: number
  socket: VirtualSocket | null
}

/** A refusal in the platform's own shape. */
export function refuse(status: number, code: ErrorCode, retryAfterMs?: number): VirtualAnswer {
  return { status, body: { error: { code, message: ERROR_TEXTS[code], ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } } }
}

/**
 * A platform in memory, for tests of the client and of apps: accounts, sessions, tickets, one served socket a session.
 * It has no agents: `onFrame` is where a test answers.
 */
export class VirtualPlatform implements VirtualNetwork {
  readonly clock: VirtualClock
  /** `down`: refused at once. `blackHole`: nothing ever answers. */
  network: 'up' | 'down' | 'blackHole' = 'up'
  latencyMs = 1
  sessionTtlMs: number = 30 * 24 * 3_600_000
  reconnectWindowMs = 1_000
  /** Whether sockets open and get `ready`, and whether pings are answered. */
  opens = true
  greets = true
  answersPings = true
  /** Whether the validation brings a ticket. */
  admits = true
  onFrame: (socket: VirtualSocket, frame: ClientFrame) => void = () => {}
  /** Every request: method and path. */
  readonly requests: string[] = []
  /** Every credential that was presented, in order, by any means. */
  readonly presented: string[] = []
  /** Every socket that was ever opened. */
  readonly sockets: VirtualSocket[] = []
  readonly users: Map<string, { user: User; password: string }> = new Map()
  readonly #sessions = new Map<string, Session>()
  readonly #tickets = new Map<string, { session: string; expiresAt: number }>()
  readonly #routes = new Map<string, VirtualRoute>()
  #serial = 0

  constructor(clock: VirtualClock) {
    this.clock = clock
    this.addUser({ id: 'user-ada', name: 'Ada', email: 'ada@example.com' }, 'correct horse')
    this.addUser({ id: 'user-bob', name: 'Bob', email: 'bob@example.com' }, 'battery staple')
  }

  addUser(user: User, password: string): void {
    this.users.set(user.email, { user, password })
  }

  /** Answers `METHOD /path` in place of the platform's own; null: its own again. A path may end in `*`. */
  route(key: string, answer: VirtualRoute | null): void {
    if (answer === null) this.#routes.delete(key)
    else this.#routes.set(key, answer)
  }

  /** The sockets that are connecting or open. */
  get liveSockets(): VirtualSocket[] {
    return this.sockets.filter(({ isLive }) => isLive)
  }

  get sessionIds(): string[] {
    return [...this.#sessions.values()].map(({ id }) => id)
  }

  count(request: string): number {
    return this.requests.filter((one) => one === request).length
  }

  /** Ends a session as an operator or another device does: its socket closes with 3000. [SE2] */
  revoke(sessionId: string, reason: 'revoked' | 'expired' | 'signed_out' | 'superseded' = 'revoked'): void {
    for (const [credential, session] of this.#sessions) {
      if (session.id !== sessionId) continue
      this.#sessions.delete(credential)
      session.socket?.drop(3000, reason)
    }
  }

  /** Cuts every socket without a word: half-open. */
  cutSockets(): void {
    for (const socket of this.liveSockets) socket.cutAt = this.clock.now()
  }

  fetch(browser: VirtualBrowser, input: string, init: RequestInit): Promise<Response> {
    const url = new URL(input)
    const headers = Object.fromEntries(Object.entries((init.headers ?? {}) as Record<string, string>).map(([name, value]) => [name.toLowerCase(), value]))
    const credential = headers['authorization']?.replace('Bearer ', '') ?? (init.credentials === 'omit' ? null : (browser.cookies.get(COOKIE)?.value ?? null))
    const request: VirtualRequest = {
      method: init.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
      headers,
      credential,
      browser,
    }
    this.requests.push(`${request.method} ${request.path}`)
    if (credential !== null) this.presented.push(credential)
    return new Promise((resolve, reject) => {
      const { network } = this
      if (network === 'blackHole') return
      this.clock.setTimer(() => {
        if (network === 'down') return reject(new TypeError('Failed to fetch'))
        const answer = this.#answer(request)
        this.clock.setTimer(() => {
          if (this.network !== 'up') return reject(new TypeError('Failed to fetch'))
          answer.onArrival?.()
          const text = answer.body === undefined ? '' : typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
          resolve({ ok: answer.status < 400, status: answer.status, headers: new Headers(), text: () => Promise.resolve(text) } as Response)
        }, this.latencyMs)
      }, this.latencyMs)
    })
  }

  openSocket(_browser: VirtualBrowser, url: string, protocols: string[]): VirtualSocket {
    const socket = new VirtualSocket(url, protocols, (from, frame) => {
      if (frame.type === 'ping' && this.answersPings) from.deliver({ type: 'pong', id: frame.id })
      this.onFrame(from, frame)
    })
    this.sockets.push(socket)
    if (this.network === 'blackHole' || !this.opens) return socket
    this.clock.setTimer(() => {
      if (this.network !== 'up') return socket.drop(1006)
      const ticket = this.#tickets.get((protocols[1] ?? '').slice(TICKET_PREFIX.length))
      this.#tickets.delete((protocols[1] ?? '').slice(TICKET_PREFIX.length))
      socket.open()
      const session = ticket && [...this.#sessions.values()].find(({ id }) => id === ticket.session)
      if (!ticket || ticket.expiresAt < this.clock.now() || !session) return socket.drop(3000, 'ticket_invalid')
      if (this.greets) this.#serve(socket, session)
    }, this.latencyMs)
    return socket
  }

  #serve(socket: VirtualSocket, session: Session): void {
    const older = session.socket
    session.socket = socket
    socket.deliver({
      type: 'ready',
      connection: `connection-${++this.#serial}`,
      fence: this.#serial,
      session: { id: session.id, user: session.user, expiresInMs: session.endsAt - this.clock.now() },
      heartbeatMs: DEFAULT_HEARTBEAT_MS,
      reconnectWindowMs: this.reconnectWindowMs,
      limits: DEFAULT_LIMITS,
    })
    older?.drop(4409)
  }

  #answer(request: VirtualRequest): VirtualAnswer {
    const key = `${request.method} ${request.path}`
    for (const [pattern, route] of this.#routes) if (pattern === key || (pattern.endsWith('*') && key.startsWith(pattern.slice(0, -1)))) return route(request)
    return this.answer(request)
  }

  /** The platform's own answer. */
  answer(request: VirtualRequest): VirtualAnswer {
    const session = this.#sessions.get(request.credential ?? '')
    const isOver = session !== undefined && session.endsAt <= this.clock.now()
    if (isOver) this.revoke(session.id, 'expired')
    const body = (request.body ?? {}) as { name?: string; email?: string; password?: string; ifIdle?: boolean }
    switch (`${request.method} ${request.path}`) {
      case 'POST /api/auth/register':
        if (this.users.has(body.email ?? '')) return refuse(409, 'email_taken')
        this.addUser({ id: `user-${++this.#serial}`, name: body.name ?? '', email: body.email ?? '' }, body.password ?? '')
        return this.#signIn(request, body.email ?? '', 201)
      case 'POST /api/auth/login':
        if (this.users.get(body.email ?? '')?.password !== body.password) return refuse(401, 'invalid_credentials')
        return this.#signIn(request, body.email ?? '', 200)
    }
    if (session === undefined || isOver) return refuse(401, isOver ? 'expired' : 'unauthenticated')
    switch (`${request.method} ${request.path}`) {
      case 'GET /api/auth/session':
        return { status: 200, body: this.#facts(session) }
      case 'POST /api/auth/ws-ticket':
        if (body.ifIdle && this.#serves(session)) return refuse(409, 'in_use')
        return { status: 201, body: { ticket: this.#ticket(session), expiresInMs: TICKET_TTL_MS } }
      case 'POST /api/auth/refresh':
        session.endsAt = this.clock.now() + this.sessionTtlMs
        return { status: 200, body: { session: this.#facts(session).session } }
      case 'POST /api/auth/logout':
        this.revoke(session.id, 'signed_out')
        return {
          status: 204,
          onArrival: () => {
            request.browser.cookies.delete(COOKIE)
            request.browser.cookies.delete(PRESENCE_COOKIE)
          },
        }
    }
    return refuse(404, 'not_found')
  }

  #signIn({ browser, headers, credential }: VirtualRequest, email: string, status: number): VirtualAnswer {
    const older = this.#sessions.get(credential ?? '')
    const { user } = this.users.get(email) as { user: User }
    const session: Session = {
      id: `session-${++this.#serial}`,
      user,
      credential: `credential-${this.#serial}-${email}`,
      createdAt: this.clock.wallNow(),
      endsAt: this.clock.now() + this.sessionTtlMs,
      socket: null,
    }
    this.#sessions.set(session.credential, session)
    if (older !== undefined) this.revoke(older.id, 'superseded')
    if (headers[CREDENTIAL_MODE_HEADER] === 'bearer') return { status, body: { ...this.#facts(session), token: session.credential } }
    return {
      status,
      body: this.#facts(session),
      onArrival: () => {
        browser.cookies.set(COOKIE, { value: session.credential, httpOnly: true })
        browser.cookies.set(PRESENCE_COOKIE, { value: '1', httpOnly: false })
      },
    }
  }

  /** A socket that was cut is served until the platform has missed its peer for long enough. [FR3] */
  #serves({ socket }: Session): boolean {
    if (socket === null) return false
    return socket.cutAt === null ? socket.isLive : this.clock.now() - socket.cutAt < PEER_SILENCE_MS
  }

  #ticket(session: Session): string {
    const ticket = `ticket-${++this.#serial}`.padEnd(22, '_')
    this.#tickets.set(ticket, { session: session.id, expiresAt: this.clock.now() + TICKET_TTL_MS })
    return ticket
  }

  #facts(session: Session): SessionResponse {
    return {
      user: session.user,
      session: { id: session.id, createdAt: session.createdAt, expiresInMs: session.endsAt - this.clock.now() },
      serverNow: this.clock.wallNow(),
      ticket: this.admits && !this.#serves(session) ? this.#ticket(session) : null,
    }
  }
}
