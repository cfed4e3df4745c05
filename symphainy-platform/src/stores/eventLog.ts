import type { ConversationRecord, LogMessage } from '@symphainy/protocol'
import type { EventLog, StartedRun } from '@symphainy/gateway'
import type { Database } from './database.js'
import { conversationPage, eraseUser, remove, rename } from './log/conversationList.js'
import { messagePage, newestMessages, read, snapshotOf } from './log/readLog.js'
import { appendRunEvents, cancelWaiting, interruptOne } from './log/runAppend.js'
import { findRun } from './log/runRows.js'
import { submit } from './log/submit.js'
import { findLog } from './log/logRows.js'

/** How many conversations or messages the export reads at once. */
const EXPORT_PAGE = 200

/** Conversations in the database; the steps are in `log/`, each within the one transaction it is given. */
export function createEventLog(database: Database): EventLog {
  const { epoch } = database
  return {
    submit: (submission) => database.write((trx) => submit(trx, epoch, submission)),
    appendRunEvents: (append) => database.write((trx) => appendRunEvents(trx, append)),
    read: (key, after, limit) => database.read((trx) => read(trx, epoch, key, after, limit)),
    snapshot: (key) => database.read((trx) => snapshotOf(trx, epoch, key)),
    findRun: (userId, run) =>
      database.read(async (trx) => {
        const found = await findRun(trx, userId, run)
        const log = found === null ? null : await findLog(trx, { userId, conversation: found.log })
        return found === null || log === null || log.deleted ? null : { conversation: found.log, status: found.status }
      }),
    cancelWaiting: (userId, run, now) => database.write((trx) => cancelWaiting(trx, userId, run, now)),
    interruptRuns: (now) =>
      database.write(async (trx) => {
        const next: StartedRun[] = []
        // The runs that this starts are running too, and theirs is a process: ours. They are not to be ended.
        const orphans = await trx.selectFrom('runs').select(['user_id', 'id']).where('status', '=', 'running').execute()
        for (const { user_id, id } of orphans) {
          const ended = await interruptOne(trx, { userId: user_id, run: id }, now)
          if (ended !== undefined) next.push(ended)
        }
        return { interrupted: orphans.length, next }
      }),
    conversations: (userId, page) => database.read((trx) => conversationPage(trx, userId, page)),
    messages: (key, page) => database.read((trx) => messagePage(trx, key, page)),
    rename: (key, title) => database.write((trx) => rename(trx, key, title)),
    remove: (key, now) => database.write((trx) => remove(trx, key, now)),
    exportUser: (userId) => exportUser(database, userId),
    eraseUser: (userId) => database.write((trx) => eraseUser(trx, userId)),
  }
}

async function* exportUser(database: Database, userId: string): AsyncGenerator<{ conversation: ConversationRecord; messages: LogMessage[] }> {
  const conversations: ConversationRecord[] = []
  let before: string | undefined
  do {
    const page = await database.read((trx) => conversationPage(trx, userId, { limit: EXPORT_PAGE, ...(before === undefined ? {} : { before }) }))
    conversations.push(...page.conversations)
    before = page.next ?? undefined
  } while (before !== undefined)
  for (const conversation of conversations.toSorted((a, b) => a.createdAt - b.createdAt)) {
    yield { conversation, messages: await allMessages(database, userId, conversation.id) }
  }
}

async function allMessages(database: Database, userId: string, conversation: string): Promise<LogMessage[]> {
  const messages: LogMessage[] = []
  let below: number | undefined
  for (;;) {
    const page = await database.read((trx) => newestMessages(trx, { userId, conversation }, EXPORT_PAGE, below))
    messages.push(...page.map(({ message }) => message))
    if (page.length < EXPORT_PAGE) return messages.toReversed()
    below = page.at(-1)?.offset
  }
}
