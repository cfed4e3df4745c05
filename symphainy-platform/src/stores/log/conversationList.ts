import { USER_LOG, type ConversationRecord } from '@symphainy/protocol'
import type { LogKey } from '@symphainy/gateway'
import { sql } from 'kysely'
import type { Trx } from '../writeQueue.js'
import { conversationOf, findLog, logOf, note, saveLog, searchable } from './logRows.js'
import { runningRun } from './runRows.js'

/** One page of a user's conversations, newest first. The cursor is the last one's place in that order. */
export async function conversationPage(
  trx: Trx,
  userId: string,
  page: { before?: string; limit: number; search?: string },
): Promise<{ conversations: ConversationRecord[]; next: string | null }> {
  let query = trx.selectFrom('logs').selectAll().where('user_id', '=', userId).where('id', '!=', USER_LOG).where('deleted_at', 'is', null)
  const [, updatedAt, id] = /^(\d{1,15})\.([A-Za-z0-9_-]{1,64})$/.exec(page.before ?? '') ?? []
  if (updatedAt !== undefined && id !== undefined) {
    const at = Number(updatedAt)
    query = query.where((eb) => eb.or([eb('updated_at', '<', at), eb.and([eb('updated_at', '=', at), eb('id', '<', id)])]))
  }
  const wanted = searchable(page.search ?? '').trim()
  if (wanted !== '') {
    const pattern = `%${wanted.replace(/[\\%_]/g, String.raw`\$&`)}%`
    query = query.where((eb) =>
      eb.or([
        sql<boolean>`${sql.ref('logs.words')} like ${pattern} escape '\\'`,
        eb.exists(
          eb
            .selectFrom('messages')
            .select('messages.id')
            .whereRef('messages.user_id', '=', 'logs.user_id')
            .whereRef('messages.log', '=', 'logs.id')
            .where(sql<boolean>`${sql.ref('messages.words')} like ${pattern} escape '\\'`),
        ),
      ]),
    )
  }
  const rows = await query
    .orderBy('updated_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute()
  const conversations = rows.slice(0, page.limit).map((row) => conversationOf(logOf(row)))
  const last = conversations.at(-1)
  return { conversations, next: rows.length > page.limit && last !== undefined ? `${last.updatedAt}.${last.id}` : null }
}

export async function rename(trx: Trx, key: LogKey, title: string): Promise<ConversationRecord | null> {
  const log = await findLog(trx, key)
  if (log === null || log.deleted || key.conversation === USER_LOG) return null
  log.title = title
  await saveLog(trx, log)
  await note(trx, key.userId, conversationOf(log))
  return conversationOf(log)
}

/** What was said goes; the id, and the ids of its messages, stay taken. [RS3] [RS7] */
export async function remove(trx: Trx, key: LogKey, now: number): Promise<{ running?: string } | null> {
  const log = await findLog(trx, key)
  if (log === null || log.deleted || key.conversation === USER_LOG) return null
  const running = await runningRun(trx, log)
  for (const table of ['entries', 'messages'] as const)
    await trx.deleteFrom(table).where('user_id', '=', key.userId).where('log', '=', key.conversation).execute()
  await trx.updateTable('runs').set({ status: 'ended' }).where('user_id', '=', key.userId).where('log', '=', key.conversation).execute()
  await trx.updateTable('logs').set({ deleted_at: now, title: '', words: '' }).where('user_id', '=', key.userId).where('id', '=', key.conversation).execute()
  await note(trx, key.userId, { ...conversationOf(log), updatedAt: now, deleted: true })
  return running === null ? {} : { running: running.run }
}

/** Everything of a user, tombstones too. Gives the runs that somebody still executes. */
export async function eraseUser(trx: Trx, userId: string): Promise<{ running: string[] }> {
  const running = await trx.selectFrom('runs').select('id').where('user_id', '=', userId).where('status', '=', 'running').execute()
  for (const table of ['entries', 'messages', 'runs', 'logs', 'daily_runs'] as const) await trx.deleteFrom(table).where('user_id', '=', userId).execute()
  return { running: running.map(({ id }) => id) }
}
