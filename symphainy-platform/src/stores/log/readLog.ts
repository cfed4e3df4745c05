import { mergeDeltas, SNAPSHOT_MESSAGES, USER_LOG, type LogMessage, type Position } from '@symphainy/protocol'
import { boundMessages, type LogKey, type LogSnapshot, type Read } from '@symphainy/gateway'
import type { Trx } from '../writeQueue.js'
import { conversationOf, entriesAfter, findLog, logOf } from './logRows.js'
import { eventsOf, runningRun, type ShownMessage } from './runRows.js'

/** What comes after a position, or a snapshot; position and entries are read in one transaction. [RS2] */
export async function read(trx: Trx, epoch: string, key: LogKey, after: Position | undefined, limit: number): Promise<Read> {
  const log = await findLog(trx, key)
  const known = log === null || log.deleted ? null : log
  if (known === null && key.conversation !== USER_LOG) return { status: 'not_found' }
  const head = known?.head ?? 0
  if (after === undefined || after.epoch !== epoch || after.offset > head || after.offset < (known?.floor ?? 0)) {
    const snapshot = await snapshotOf(trx, epoch, key)
    return snapshot === null ? { status: 'not_found' } : { status: 'snapshot', snapshot }
  }
  return { status: 'entries', epoch, entries: after.offset === head ? [] : await entriesAfter(trx, key, after.offset, limit), head }
}

/** The newest state at once, bounded; one more is read than it may hold, to know whether there are more. [FR2] */
export async function snapshotOf(trx: Trx, epoch: string, key: LogKey): Promise<LogSnapshot | null> {
  const log = await findLog(trx, key)
  if (key.conversation === USER_LOG) return { epoch, offset: log?.head ?? 0, ...boundMessages(await newestConversations(trx, key.userId)) }
  if (log === null || log.deleted) return null
  const running = await runningRun(trx, log)
  const run = running === null ? undefined : { run: running.run, events: mergeDeltas(await eventsOf(trx, log, running)) }
  const messages = (await newestMessages(trx, key, SNAPSHOT_MESSAGES + 1)).map(({ message }) => message).toReversed()
  return { epoch, offset: log.head, ...boundMessages(messages, run), ...(run === undefined ? {} : { run }) }
}

async function newestConversations(trx: Trx, userId: string): Promise<LogMessage[]> {
  const rows = await trx
    .selectFrom('logs')
    .selectAll()
    .where('user_id', '=', userId)
    .where('id', '!=', USER_LOG)
    .where('deleted_at', 'is', null)
    .orderBy('updated_at', 'desc')
    .orderBy('id', 'desc')
    .limit(SNAPSHOT_MESSAGES + 1)
    .execute()
  return rows.map((row) => conversationOf(logOf(row))).toReversed()
}

/** Messages below an offset, newest first: questions, and answers that ended. */
export async function newestMessages(trx: Trx, key: LogKey, limit: number, below?: number): Promise<{ offset: number; message: ShownMessage }[]> {
  let query = trx.selectFrom('messages').select(['entry_offset', 'body']).where('user_id', '=', key.userId).where('log', '=', key.conversation)
  if (below !== undefined) query = query.where('entry_offset', '<', below)
  const rows = await query.orderBy('entry_offset', 'desc').limit(limit).execute()
  return rows.map(({ entry_offset, body }) => ({ offset: Number(entry_offset), message: JSON.parse(body) as ShownMessage }))
}

/** One page of a conversation's history. The cursor is an offset: what is appended meanwhile shifts no page. */
export async function messagePage(
  trx: Trx,
  key: LogKey,
  page: { before?: string; limit: number },
): Promise<{ messages: LogMessage[]; next: string | null } | null> {
  const log = await findLog(trx, key)
  if (log === null || log.deleted || key.conversation === USER_LOG) return null
  const below = page.before !== undefined && /^\d{1,15}$/.test(page.before) ? Number(page.before) : undefined
  const found = await newestMessages(trx, key, page.limit + 1, below)
  const shown = found.slice(0, page.limit)
  return { messages: shown.map(({ message }) => message), next: found.length > page.limit ? String(shown.at(-1)?.offset) : null }
}
