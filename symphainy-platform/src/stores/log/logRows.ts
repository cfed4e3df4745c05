import { USER_LOG, type AgUiEvent, type ConversationRecord, type LogMessage } from '@symphainy/protocol'
import type { LogEntry, LogKey } from '@symphainy/gateway'
import type { Selectable } from 'kysely'
import type { Tables } from '../tables.js'
import type { Trx } from '../writeQueue.js'

/** A log as it stands in the transaction at hand. */
export interface LogRow {
  key: LogKey
  title: string
  createdAt: number
  updatedAt: number
  deleted: boolean
  head: number
  floor: number
}

/** What an entry holds, before it has its place. */
export type Content = { message: LogMessage } | { run: string; event: AgUiEvent }

export async function findLog(trx: Trx, key: LogKey): Promise<LogRow | null> {
  const row = await trx.selectFrom('logs').selectAll().where('user_id', '=', key.userId).where('id', '=', key.conversation).executeTakeFirst()
  return row === undefined ? null : logOf(row)
}

export function logOf(row: Selectable<Tables['logs']>): LogRow {
  return {
    key: { userId: row.user_id, conversation: row.id },
    title: row.title,
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
    deleted: row.deleted_at !== null,
    head: Number(row.head),
    floor: Number(row.floor),
  }
}

export async function makeLog(trx: Trx, key: LogKey, title: string, now: number): Promise<LogRow> {
  await trx
    .insertInto('logs')
    .values({
      user_id: key.userId,
      id: key.conversation,
      title,
      created_at: now,
      updated_at: now,
      deleted_at: null,
      head: 0,
      floor: 0,
      words: searchable(title),
    })
    .execute()
  return { key, title, createdAt: now, updatedAt: now, deleted: false, head: 0, floor: 0 }
}

/** Texts as they are compared in a search: databases fold only ASCII. */
export function searchable(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

export function conversationOf(log: LogRow): ConversationRecord {
  return { role: 'conversation', id: log.key.conversation, title: log.title, createdAt: log.createdAt, updatedAt: log.updatedAt }
}

/** Appends at the next offsets, in order: `log.head` grows with it, and the caller writes it by `saveHead`. */
export async function append(trx: Trx, log: LogRow, contents: readonly Content[]): Promise<LogEntry[]> {
  if (contents.length === 0) return []
  const entries = contents.map((content, index): LogEntry => ({ offset: log.head + 1 + index, ...content }))
  for (let from = 0; from < entries.length; from += ROWS) {
    const rows = entries.slice(from, from + ROWS)
    await trx
      .insertInto('entries')
      .values(rows.map((entry) => ({ user_id: log.key.userId, log: log.key.conversation, entry_offset: entry.offset, ...bodyOf(entry) })))
      .execute()
  }
  log.head += entries.length
  return entries
}

/** Rows of one statement: bounded, since databases bound its parameters. */
const ROWS = 100

function bodyOf(entry: LogEntry): { run: string | null; body: string } {
  return 'run' in entry ? { run: entry.run, body: JSON.stringify(entry.event) } : { run: null, body: JSON.stringify(entry.message) }
}

/** Writes what changed of a log: its head, its title, when something was last said in it. */
export async function saveLog(trx: Trx, log: LogRow): Promise<void> {
  await trx
    .updateTable('logs')
    .set({ head: log.head, title: log.title, words: searchable(log.title), updated_at: log.updatedAt })
    .where('user_id', '=', log.key.userId)
    .where('id', '=', log.key.conversation)
    .execute()
}

/** Tells the user's own log of a conversation's newest state. */
export async function note(trx: Trx, userId: string, record: ConversationRecord): Promise<void> {
  const key = { userId, conversation: USER_LOG }
  const log = (await findLog(trx, key)) ?? (await makeLog(trx, key, '', record.updatedAt))
  await append(trx, log, [{ message: record }])
  await saveLog(trx, log)
}

export async function entriesAfter(trx: Trx, key: LogKey, after: number, limit: number): Promise<LogEntry[]> {
  const rows = await trx
    .selectFrom('entries')
    .select(['entry_offset', 'run', 'body'])
    .where('user_id', '=', key.userId)
    .where('log', '=', key.conversation)
    .where('entry_offset', '>', after)
    .orderBy('entry_offset')
    .limit(limit)
    .execute()
  return rows.map(({ entry_offset, run, body }) => {
    const offset = Number(entry_offset)
    return run === null ? { offset, message: JSON.parse(body) as LogMessage } : { offset, run, event: JSON.parse(body) as AgUiEvent }
  })
}
