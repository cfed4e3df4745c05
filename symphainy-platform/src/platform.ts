import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  createGateway,
  createSessions,
  defaultEnvironment,
  type AgentBackend,
  type Gateway,
  type GatewayEnvironment,
  type OriginPolicy,
} from '@symphainy/gateway'
import { createMemoryBus } from '@symphainy/gateway/memory'
import type { FastifyInstance } from 'fastify'
import { createAccounts } from './accounts/accounts.js'
import { createAccountStore } from './accounts/accountStore.js'
import { createPasswordHasher, type HashingCost } from './accounts/passwordHasher.js'
import { createAgents } from './agents/index.js'
import type { Config } from './config/variables.js'
import { createClientAddress } from './http/clientAddress.js'
import { createSessionCookies } from './http/cookies.js'
import { createHttp } from './http/createHttp.js'
import { listen } from './listen.js'
import { createLogger, type Logger } from './logger.js'
import { PlatformError } from './platformError.js'
import { openDatabase, type Database, type DatabaseOptions } from './stores/database.js'
import { createEventLog } from './stores/eventLog.js'
import { createSessionStore } from './stores/sessionStore.js'
import { createTicketStore } from './stores/ticketStore.js'
import { startSweeping } from './stores/sweep.js'

/** What a test puts in the place of the real thing. */
export interface PlatformOverrides {
  /** @default those that the configuration names */
  agents?: AgentBackend
  /** What a password costs to check. @default Argon2id with 19 MiB and 2 passes */
  hashing?: HashingCost
  /** Time, chance and ids. @default the real ones */
  environment?: GatewayEnvironment
  /** @default JSON lines to stdout */
  logger?: Logger
  database?: Omit<DatabaseOptions, 'dataDir'>
}

export interface Platform {
  /** Where it listens, for instance `http://localhost:3000`. */
  readonly address: string
  readonly port: number
  /** The HTTP side, for calls without a socket. */
  readonly http: FastifyInstance
  readonly gateway: Gateway
  readonly database: Database
  /**
   * Refuses what is new, lets answers end for `withinMs`, then closes everything. Idempotent.
   * @default `DRAIN_SECONDS` [SE4]
   */
  close(options?: { withinMs?: number }): Promise<void>
}

/**
 * Builds the platform from its parts and starts to listen: the one place where they are wired.
 * @throws PlatformError when it cannot start, in words for the person who starts it
 */
export async function createPlatform(config: Config, overrides: PlatformOverrides = {}): Promise<Platform> {
  const logger = overrides.logger ?? createLogger(config.logLevel)
  const environment = overrides.environment ?? defaultEnvironment()
  const database = await openDatabase({ ...overrides.database, dataDir: config.dataDir })
  const opened: (() => Promise<void>)[] = [() => database.close()]
  try {
    const { gateway, http, state } = await assemble({ config, overrides, database, environment, logger })
    opened.unshift(
      () => gateway.dispose(),
      () => http.close(),
    )
    gateway.attach(http.server)
    const { address, port } = await listen(http, config)
    const sweeping = startSweeping(database, environment, logger)

    const close = async (withinMs: number): Promise<void> => {
      state.draining = true
      sweeping.stop()
      await gateway.drain({ withinMs, spread: false })
      for (const end of opened) await end()
    }
    let closed: Promise<void> | undefined
    return { address, port, http, gateway, database, close: ({ withinMs = config.drainSeconds * 1000 } = {}) => (closed ??= close(withinMs)) }
  } catch (error) {
    for (const end of opened) await end()
    throw error
  }
}

/** Where the web app is. One that was named must be there; the built-in one may be missing, and each page then says so. */
function webFolder({ webDir }: Config): string {
  if (webDir === undefined) return beside('../../symphainy-frontend/dist')
  const folder = resolve(webDir)
  if (existsSync(join(folder, 'index.html'))) return folder
  throw new PlatformError('web', `WEB_DIR names ${folder}, and no index.html is in it. Build the web app there, or leave WEB_DIR out.`)
}

interface Assembly {
  config: Config
  overrides: PlatformOverrides
  database: Database
  environment: GatewayEnvironment
  logger: Logger
}

async function assemble({
  config,
  overrides,
  database,
  environment,
  logger,
}: Assembly): Promise<{ gateway: Gateway; http: FastifyInstance; state: { draining: boolean } }> {
  const sessionStore = createSessionStore(database)
  const log = createEventLog(database)
  const origins = originsOf(config)
  const knowledge = { folder: resolve(config.knowledgeDir ?? beside('../knowledge')), isBuiltIn: config.knowledgeDir === undefined }
  const agents = overrides.agents ?? createAgents({ ...agentServices(config), knowledgeDir: knowledge.folder, logger })
  const clientAddress = createClientAddress(config.trustProxy)
  const gateway = createGateway({
    sessions: sessionStore,
    tickets: createTicketStore(database),
    log,
    bus: createMemoryBus(),
    agents,
    origins,
    limits: { messageUnits: config.messageChars, messagesPerSecond: config.messagesPerSecond, messageBurst: config.messagesPerSecond * 2 },
    socketsPerAddress: config.socketsPerAddress,
    socketsPerNode: config.socketsPerNode,
    sessionsPerUser: config.sessionsPerUser,
    admissionPerSecond: config.admissionPerSecond,
    ...(config.dailyRuns === undefined ? {} : { dailyRuns: config.dailyRuns }),
    runTimeMs: config.runTimeSeconds * 1000,
    runOutputUnits: config.runOutputChars,
    addressOf: clientAddress,
    environment,
    logger,
  })
  const state = { draining: false }
  const secure = config.publicOrigin?.startsWith('https:') === true
  const http = await createHttp({
    gateway,
    sessions: createSessions({ store: sessionStore, environment, idleMs: config.sessionTtlSeconds * 1000, absoluteMs: config.sessionAbsoluteSeconds * 1000 }),
    sessionStore,
    log,
    accounts: createAccounts({
      store: createAccountStore(database),
      hasher: await createPasswordHasher(overrides.hashing),
      registration: config.registration,
      invitationCodes: config.invitationCodes,
      registrationsPerHour: config.registrationsPerHour,
      now: environment.now,
    }),
    agents,
    origins,
    cookies: createSessionCookies({ secure }),
    secure,
    publicOrigin: config.publicOrigin,
    clientAddress,
    checkDatabase: () => database.check(),
    isDraining: () => state.draining,
    webDir: webFolder(config),
    knowledge,
    logger,
    now: environment.now,
  })
  // Runs whose process died end before anybody can look, and those that waited behind them go on. [RS5]
  const { interrupted, next } = await log.interruptRuns(environment.now())
  if (interrupted > 0) logger.warn({ interrupted }, 'answers that the last stop cut short were ended')
  for (const run of next) gateway.execute(run)
  return { gateway, http, state }
}

function originsOf(config: Config): OriginPolicy {
  return { exact: [...(config.publicOrigin === undefined ? [] : [config.publicOrigin]), ...config.allowedOrigins], loopback: config.loopbackOrigins }
}

function agentServices(config: Config): Pick<Parameters<typeof createAgents>[0], 'openai' | 'aguiUrl'> {
  const { openaiBaseUrl, openaiApiKey, openaiModel, aguiAgentUrl } = config
  return {
    ...(openaiModel === undefined
      ? {}
      : {
          openai: {
            baseUrl: openaiBaseUrl ?? 'https://api.openai.com/v1',
            model: openaiModel,
            ...(openaiApiKey === undefined ? {} : { apiKey: openaiApiKey }),
          },
        }),
    ...(aguiAgentUrl === undefined ? {} : { aguiUrl: aguiAgentUrl }),
  }
}

/** A folder beside the program, from `src` as from `dist`. */
function beside(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
