import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  createGateway,
  createSessions,
  defaultEnvironment,
  type Bus,
  type EventLog,
  type Gateway,
  type GatewayEnvironment,
  type GatewayLogger,
  type GatewayOptions,
  type OpenSession,
  type Sessions,
  type SessionStore,
  type TicketStore,
} from '@symphainy/gateway'
import { createMemoryBus, createMemoryEventLog, createMemorySessionStore, createMemoryTicketStore } from '@symphainy/gateway/memory'
import { SOCKET_PATH } from '@symphainy/protocol'
import { answerHttp } from './httpCalls.js'
import { createEchoAgent } from './scriptedAgent.js'
import { TestSocket, type TestSocketOptions } from './testSocket.js'
import { userNamed } from './users.js'

export interface TestPlatformOptions {
  /** Anything that `createGateway` takes; stores in memory and an echoing agent otherwise. */
  gateway?: Partial<GatewayOptions>
  /** How long a session lives without being refreshed, in milliseconds. @default a day */
  idleMs?: number
  /** How long it lives at all, in milliseconds. @default 30 days */
  absoluteMs?: number
}

/** A line that the gateway logged. */
export interface LogLine {
  level: 'info' | 'warn' | 'error'
  fields: Record<string, unknown>
  message: string
}

/** A whole platform in one process, over stores in memory: for the tests of an app that uses Symphainy. */
export interface TestPlatform {
  /** `http://127.0.0.1:…`; the origin of its own pages too. */
  readonly url: string
  readonly origin: string
  /** `ws://127.0.0.1:…/api/ws` */
  readonly socketUrl: string
  readonly server: Server
  readonly gateway: Gateway
  readonly sessions: Sessions
  readonly stores: { sessions: SessionStore; tickets: TicketStore; log: EventLog; bus: Bus }
  readonly environment: GatewayEnvironment
  /** What was logged, to look for what must not be there. */
  readonly lines: LogLine[]
  /** A session as after a login. The same name is the same user. */
  signIn(name: string): Promise<OpenSession>
  /** A ticket for a session, as the ticket call gives it. */
  ticketFor(session: OpenSession, options?: { origin?: string; ifIdle?: boolean }): Promise<string>
  /** A socket with a fresh ticket of the session; not yet served. */
  open(session: OpenSession, options?: TestSocketOptions): Promise<TestSocket>
  /** A socket that was sent `ready`. */
  connect(session: OpenSession, options?: TestSocketOptions): Promise<TestSocket>
  close(): Promise<void>
}

/** Starts a platform on a free port of the loopback address. Close it at the end of the test. */
export async function createTestPlatform({ gateway: over = {}, idleMs, absoluteMs }: TestPlatformOptions = {}): Promise<TestPlatform> {
  const lines: LogLine[] = []
  const line =
    (level: LogLine['level']) =>
    (fields: Record<string, unknown>, message: string): void =>
      void lines.push({ level, fields, message })
  const logger: GatewayLogger = { info: line('info'), warn: line('warn'), error: line('error') }
  const environment = over.environment ?? defaultEnvironment()
  const stores = {
    sessions: over.sessions ?? createMemorySessionStore(),
    tickets: over.tickets ?? createMemoryTicketStore(),
    log: over.log ?? createMemoryEventLog(),
    bus: over.bus ?? createMemoryBus(),
  }
  const gateway = createGateway({ agents: createEchoAgent(), origins: { exact: [], loopback: true }, logger, environment, ...over, ...stores })
  const sessions = createSessions({
    store: stores.sessions,
    environment,
    ...(idleMs === undefined ? {} : { idleMs }),
    ...(absoluteMs === undefined ? {} : { absoluteMs }),
  })
  const server = createServer((request, response) => void answerHttp({ gateway, sessions, environment }, request, response))
  gateway.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const socketUrl = `ws://127.0.0.1:${port}${SOCKET_PATH}`

  const ticketFor: TestPlatform['ticketFor'] = async ({ record }, options = {}) => {
    const { ticket } = await gateway.issueTicket({
      sessionId: record.id,
      userId: record.user.id,
      origin: options.origin ?? origin,
      ifIdle: options.ifIdle ?? false,
    })
    return ticket
  }
  const open: TestPlatform['open'] = async (session, options = {}) =>
    new TestSocket(socketUrl, { ticket: options.ticket ?? (await ticketFor(session)), origin, ...options })

  return {
    url: origin,
    origin,
    socketUrl,
    server,
    gateway,
    sessions,
    stores,
    environment,
    lines,
    signIn: (name) => sessions.open(userNamed(name), { userAgent: 'test', address: '127.0.0.1' }),
    ticketFor,
    open,
    async connect(session, options) {
      const socket = await open(session, options)
      await socket.next('ready')
      return socket
    },
    async close() {
      await gateway.dispose()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
