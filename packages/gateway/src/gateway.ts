import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { HeartbeatMs, Limits, SignedOutReason, TicketResponse } from '@symphainy/protocol'
import type { AgentBackend } from './ports/agentBackend.js'
import type { Bus } from './ports/bus.js'
import type { EventLog, LogKey, StartedRun } from './ports/eventLog.js'
import type { SessionStore } from './ports/sessionStore.js'
import type { TicketStore } from './ports/ticketStore.js'

/** Time, chance and ids, handed in; `defaultEnvironment()` reads the real ones. */
export interface GatewayEnvironment {
  /** Milliseconds since the Unix epoch. */
  now(): number
  setTimer(callback: () => void, delayMs: number): { cancel(): void }
  /** 0 ≤ x < 1 */
  random(): number
  randomBytes(length: number): Uint8Array
}

/** A log with levels, for instance a pino logger. Fields never hold a credential, a ticket or a text of a person. */
export interface GatewayLogger {
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}

export interface GatewayOptions {
  sessions: SessionStore
  tickets: TicketStore
  log: EventLog
  bus: Bus
  agents: AgentBackend
  /** The origins that may connect, exact (`https://app.example.com`); loopback names match any port when `loopback`. [CN3] */
  origins: { exact: readonly string[]; loopback: boolean }
  limits?: Partial<Limits>
  heartbeatMs?: HeartbeatMs
  /** How long clients may spread their first reconnect, in milliseconds. @default 1000 */
  reconnectWindowMs?: number
  /** Sockets that one address may hold. @default 64 */
  socketsPerAddress?: number
  /** Sockets of this node. @default 20000 */
  socketsPerNode?: number
  /** Sessions of one user that may be connected at once. @default 20 */
  sessionsPerUser?: number
  /** Connects a second that the ticket call admits, with a burst of one second. @default 200 [CN5] */
  admissionPerSecond?: number
  /** Runs a user may start a day (UTC). @default no limit */
  dailyRuns?: number
  /** Longest time of a run, in milliseconds. @default 300000 */
  runTimeMs?: number
  /** Longest text of a run, in UTF-16 units. @default 200000 */
  runOutputUnits?: number
  /** The address of the client behind an upgrade. @default the socket's remote address */
  addressOf?: (request: IncomingMessage) => string
  environment?: GatewayEnvironment
  logger?: GatewayLogger
}

export interface GatewayStats {
  sockets: number
  /** Sockets that were sent `ready`. */
  served: number
  runs: number
}

export interface Gateway {
  /** Takes over the upgrades of `SOCKET_PATH` of this server; others are left alone. */
  attach(server: Server): void
  /** For servers that dispatch upgrades themselves. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /**
   * A ticket for this session and origin. [AU6] [CN5]
   * @throws GatewayError `in_use` (with `ifIdle`), `rate_limited`, `unavailable`, `draining`, each with `retryAfterMs` where known
   */
  issueTicket(request: { sessionId: string; userId: string; origin: string; ifIdle?: boolean }): Promise<TicketResponse>
  /** Ends sessions in the store and closes their sockets everywhere. [SE2] */
  endSessions(which: { ids: readonly string[] } | { userId: string; except?: string }, reason: SignedOutReason): Promise<string[]>
  /** Is a connection of this session served now? */
  isServed(sessionId: string): boolean
  /** Executes a run that an append outside the gateway started (the start after a crash). */
  execute(run: StartedRun): void
  /** Tells readers of this log that something was appended outside the gateway (rename, delete over HTTP). */
  notify(key: LogKey): void
  /** Cancels a run of this user, wherever it executes. [RS5] */
  cancelRun(userId: string, run: string): Promise<void>
  stats(): GatewayStats
  /** [SE4] Refuses new sockets, sends `goaway`, closes with 1012 spread over the time, lets runs end until `withinMs`. */
  drain(options: { withinMs: number; spread: boolean }): Promise<void>
  /** Closes everything at once. Idempotent. */
  dispose(): Promise<void>
}
