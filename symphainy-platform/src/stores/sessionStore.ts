import { GRACE_MS, type NewSession, type SessionRecord, type SessionStore } from '@symphainy/gateway'
import type { Selectable } from 'kysely'
import type { Database } from './database.js'
import type { Tables } from './tables.js'
import type { Trx } from './writeQueue.js'

/** Sessions in the database. Credentials are beside them, by hash: a session may have several in their grace. [AU1] [AU7] */
export function createSessionStore(database: Database): SessionStore {
  return {
    create: ({ credentialHash, ...session }) =>
      database.write(async (trx) => {
        const record = await insert(trx, session)
        await trx.insertInto('credentials').values({ hash: credentialHash, session_id: session.id, grace_ends_at: null }).execute()
        return record
      }),

    adopt: (session) =>
      database.write(async (trx) => {
        const stored = await find(trx, session.id)
        if (stored === null) return insert(trx, session)
        if (stored.ended !== undefined || stored.expiresAt >= session.expiresAt) return stored
        await trx.updateTable('sessions').set({ expires_at: session.expiresAt }).where('id', '=', session.id).execute()
        return { ...stored, expiresAt: session.expiresAt }
      }),

    byCredential: (credentialHash, now) =>
      database.read(async (trx) => {
        const sessionId = await currentSession(trx, credentialHash, now)
        return sessionId === null ? null : find(trx, sessionId.id)
      }),

    byId: (id) => database.read((trx) => find(trx, id)),

    rotate: ({ id, from, to, expiresAt, now }) =>
      database.write(async (trx) => {
        const credential = await currentSession(trx, from, now)
        const stored = await find(trx, id)
        if (credential === null || credential.id !== id || stored === null || !lives(stored, now)) return null
        // In its grace the old credential gives a further one; from a current one, every other starts its grace.
        if (!credential.inGrace) {
          await trx
            .updateTable('credentials')
            .set({ grace_ends_at: now + GRACE_MS })
            .where('session_id', '=', id)
            .where('grace_ends_at', 'is', null)
            .execute()
        }
        await trx.insertInto('credentials').values({ hash: to, session_id: id, grace_ends_at: null }).execute()
        await trx.deleteFrom('credentials').where('session_id', '=', id).where('grace_ends_at', '<=', now).execute()
        await trx.updateTable('sessions').set({ expires_at: expiresAt }).where('id', '=', id).execute()
        return { ...stored, expiresAt }
      }),

    end: (which, reason, now) =>
      database.write(async (trx) => {
        if ('ids' in which && which.ids.length === 0) return []
        let query = trx.updateTable('sessions').set({ ended_reason: reason, ended_at: now }).where('ended_at', 'is', null)
        if ('ids' in which) query = query.where('id', 'in', [...which.ids])
        else {
          query = query.where('user_id', '=', which.userId)
          if (which.except !== undefined) query = query.where('id', '!=', which.except)
        }
        return (await query.returning('id').execute()).map(({ id }) => id)
      }),

    list: (userId, now) =>
      database.read(async (trx) => {
        const rows = await trx
          .selectFrom('sessions')
          .selectAll()
          .where('user_id', '=', userId)
          .where('ended_at', 'is', null)
          .where('expires_at', '>', now)
          .orderBy('created_at', 'desc')
          .orderBy('id')
          .execute()
        return rows.map(recordOf)
      }),

    seen: (id, now, address) =>
      database.write(async (trx) => {
        await trx.updateTable('sessions').set({ last_seen_at: now, address }).where('id', '=', id).execute()
      }),

    takeFence: (id, now) =>
      database.write(async (trx) => {
        const row = await trx
          .updateTable('sessions')
          .set((eb) => ({ fence: eb('fence', '+', 1) }))
          .where('id', '=', id)
          .where('ended_at', 'is', null)
          .where('expires_at', '>', now)
          .returning('fence')
          .executeTakeFirst()
        return row === undefined ? null : Number(row.fence)
      }),
  }
}

/** Sessions that ended or expired this long ago are forgotten: until then a client is told why, and not only that. */
const MEMORY_MS = 30 * 86_400_000

/** Deletes what nobody can use any more. For a daily sweep. */
export async function sweepSessions(database: Database, now: number): Promise<{ sessions: number }> {
  return database.write(async (trx) => {
    await trx.deleteFrom('credentials').where('grace_ends_at', '<=', now).execute()
    // Their credentials go with them: the foreign key cascades.
    const { numDeletedRows } = await trx
      .deleteFrom('sessions')
      .where((eb) => eb.or([eb('ended_at', '<=', now - MEMORY_MS), eb('expires_at', '<=', now - MEMORY_MS)]))
      .executeTakeFirst()
    return { sessions: Number(numDeletedRows) }
  })
}

function lives(record: SessionRecord, now: number): boolean {
  return record.ended === undefined && record.expiresAt > now
}

async function currentSession(trx: Trx, hash: string, now: number): Promise<{ id: string; inGrace: boolean } | null> {
  const row = await trx.selectFrom('credentials').selectAll().where('hash', '=', hash).executeTakeFirst()
  if (row === undefined || (row.grace_ends_at !== null && Number(row.grace_ends_at) <= now)) return null
  return { id: row.session_id, inGrace: row.grace_ends_at !== null }
}

async function find(trx: Trx, id: string): Promise<SessionRecord | null> {
  const row = await trx.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : recordOf(row)
}

async function insert(trx: Trx, session: Omit<NewSession, 'credentialHash'>): Promise<SessionRecord> {
  const { id, user, createdAt, expiresAt, absoluteExpiresAt, userAgent, address } = session
  await trx
    .insertInto('sessions')
    .values({
      id,
      user_id: user.id,
      user_name: user.name,
      user_email: user.email,
      created_at: createdAt,
      expires_at: expiresAt,
      absolute_expires_at: absoluteExpiresAt,
      last_seen_at: createdAt,
      user_agent: userAgent,
      address,
      ended_reason: null,
      ended_at: null,
      fence: 0,
    })
    .execute()
  return { id, user: { id: user.id, name: user.name, email: user.email }, createdAt, expiresAt, absoluteExpiresAt, lastSeenAt: createdAt, userAgent, address }
}

function recordOf(row: Selectable<Tables['sessions']>): SessionRecord {
  return {
    id: row.id,
    user: { id: row.user_id, name: row.user_name, email: row.user_email },
    createdAt: Number(row.created_at),
    expiresAt: Number(row.expires_at),
    absoluteExpiresAt: Number(row.absolute_expires_at),
    lastSeenAt: Number(row.last_seen_at),
    userAgent: row.user_agent,
    address: row.address,
    ...(row.ended_at === null ? {} : { ended: { reason: row.ended_reason as NonNullable<SessionRecord['ended']>['reason'], at: Number(row.ended_at) } }),
  }
}
