import type { IncomingMessage } from 'node:http'
import type { AgentBackend, EventLog, Gateway, OriginPolicy, Sessions, SessionStore } from '@symphainy/gateway'
import type { Accounts } from '../accounts/accounts.js'
import type { Logger } from '../logger.js'
import type { SessionCookies } from './cookies.js'

/** What the HTTP calls work with; made once by `createPlatform`. */
export interface HttpContext {
  gateway: Gateway
  sessions: Sessions
  sessionStore: SessionStore
  log: EventLog
  accounts: Accounts
  agents: AgentBackend
  origins: OriginPolicy
  cookies: SessionCookies
  /** Whether people reach this platform by https; undefined where both may be. */
  secure: boolean
  publicOrigin: string | undefined
  clientAddress: (request: IncomingMessage) => string
  /** Resolves when the database answers, cheaply. @throws GatewayError `unavailable` */
  checkDatabase: () => Promise<void>
  /** Whether the platform is about to stop. */
  isDraining: () => boolean
  webDir: string
  knowledge: { folder: string; isBuiltIn: boolean }
  logger: Logger
  /** Milliseconds since the Unix epoch. */
  now: () => number
}
