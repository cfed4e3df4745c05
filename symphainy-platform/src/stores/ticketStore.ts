import type { TicketStore } from '@symphainy/gateway'
import type { Database } from './database.js'

/** Tickets in the database: one statement takes one, so that of twenty at once one gets it. [AU6] */
export function createTicketStore(database: Database): TicketStore {
  return {
    put: (hash, ticket) =>
      database.write(async (trx) => {
        await trx.insertInto('tickets').values({ hash, session_id: ticket.sessionId, origin: ticket.origin, expires_at: ticket.expiresAt }).execute()
      }),
    take: (hash, now) =>
      database.write(async (trx) => {
        const row = await trx.deleteFrom('tickets').where('hash', '=', hash).returningAll().executeTakeFirst()
        const expiresAt = Number(row?.expires_at)
        return row === undefined || expiresAt <= now ? null : { sessionId: row.session_id, origin: row.origin, expiresAt }
      }),
  }
}

/** Deletes tickets that nobody used in their time. */
export async function sweepTickets(database: Database, now: number): Promise<void> {
  await database.write(async (trx) => {
    await trx.deleteFrom('tickets').where('expires_at', '<=', now).execute()
  })
}
