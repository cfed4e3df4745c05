import { GatewayError, type GatewayEnvironment, type GatewayLogger } from '@symphainy/gateway'
import type { Database } from './database.js'
import { sweepSessions } from './sessionStore.js'
import { sweepTickets } from './ticketStore.js'

/** How often what nobody can use any more is deleted, in milliseconds. */
const EVERY_MS = 3_600_000

/** Deletes expired tickets, and sessions that ended long ago, now and every hour. */
export function startSweeping(database: Database, environment: GatewayEnvironment, logger: GatewayLogger): { stop(): void } {
  let timer: { cancel(): void } | undefined
  let stopped = false
  const sweep = async (): Promise<void> => {
    try {
      await sweepTickets(database, environment.now())
      await sweepSessions(database, environment.now())
    } catch (error) {
      // A database that is away is tried again in an hour; it has been reported by whoever needed it.
      if (!(error instanceof GatewayError)) throw error
      logger.warn({ err: error.cause ?? error }, 'the sweep was put off')
    }
    if (!stopped) timer = environment.setTimer(() => void sweep(), EVERY_MS)
  }
  void sweep()
  return {
    stop() {
      stopped = true
      timer?.cancel()
    },
  }
}
