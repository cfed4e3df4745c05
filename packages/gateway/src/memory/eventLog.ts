import { randomUUID } from 'node:crypto'
import { USER_LOG, type ConversationRecord, type UserMessage } from '@symphainy/protocol'
import { dayOf, runCancelled, runFailed, titleOf } from '../log/runFacts.js'
import { boundMessages } from '../log/snapshotBounds.js'
import type { EventLog, LogEntry, LogKey, LogSnapshot, Read, StartedRun } from '../ports/eventLog.js'
import { MemoryConversation } from './conversation.js'

/** What is kept of one user. */
interface UserShelf {
  epoch: string
  conversations: Map<string, MemoryConversation>
  /** Ids of deleted conversations: they stay taken. [RS7] */
  tombstones: Set<string>
  /** Every message id that was ever appended, with its place. [RS3] */
  messageIds: Map<string, { conversation: string; offset: number }>
  /** The entries of `@user`. */
  entries: LogEntry[]
  runsByDay: Map<string, number>
}

const newShelf = (): UserShelf => ({
  epoch: randomUUID(),
  conversations: new Map(),
  tombstones: new Set(),
  messageIds: new Map(),
  entries: [],
  runsByDay: new Map(),
})

/** Conversations in the memory of this process: for tests and trials. Each call is one step, as a transaction is. */
export function createMemoryEventLog(): EventLog {
  const users = new Map<string, UserShelf>()
  const shelfOf = (userId: string): UserShelf => users.get(userId) ?? newShelf()
  const find = (key: LogKey): MemoryConversation | undefined => shelfOf(key.userId).conversations.get(key.conversation)
  const note = (shelf: UserShelf, record: ConversationRecord): void => void shelf.entries.push({ offset: shelf.entries.length + 1, message: record })

  const recordsOf = (shelf: UserShelf): ConversationRecord[] =>
    [...shelf.conversations.values()].map(({ record }) => record).sort((a, b) => a.updatedAt - b.updatedAt)

  const snapshotOf = (key: LogKey): LogSnapshot | null => {
    const shelf = shelfOf(key.userId)
    if (key.conversation === USER_LOG) {
      // A user without a shelf gets one, so that the epoch that they are told stays.
      users.set(key.userId, shelf)
      return { epoch: shelf.epoch, offset: shelf.entries.length, ...boundMessages(recordsOf(shelf)) }
    }
    const found = shelf.conversations.get(key.conversation)
    if (found === undefined) return null
    const run = found.runSnapshot()
    return structuredClone({ epoch: shelf.epoch, offset: found.head, ...boundMessages(found.messages(), run), ...(run === undefined ? {} : { run }) })
  }

  const page = <Item>(newestFirst: Item[], { before, limit }: { before?: string; limit: number }): { items: Item[]; next: string | null } => {
    // The cursor counts from the oldest, so that what is appended meanwhile shifts no page.
    const from = before === undefined ? 0 : Math.max(0, newestFirst.length - Number(before))
    const items = newestFirst.slice(from, from + limit)
    return { items: structuredClone(items), next: from + limit < newestFirst.length ? String(newestFirst.length - from - limit) : null }
  }

  return {
    async submit(s) {
      const shelf = shelfOf(s.key.userId)
      if (shelf.tombstones.has(s.key.conversation)) return { status: 'refused', code: 'gone' }
      const known = shelf.messageIds.get(s.id)
      if (known !== undefined) {
        return known.conversation === s.key.conversation
          ? { status: 'repeated', position: { epoch: shelf.epoch, offset: known.offset } }
          : { status: 'refused', code: 'conflict' }
      }
      const existing = shelf.conversations.get(s.key.conversation)
      if (s.retryOf !== undefined) {
        const retried = existing?.runs.get(s.retryOf)
        if (retried === undefined || (retried.message.status !== 'failed' && retried.message.status !== 'cancelled'))
          return { status: 'refused', code: 'not_found' }
      }
      const day = dayOf(s.now)
      const runsToday = shelf.runsByDay.get(day) ?? 0
      if (s.dailyRuns !== undefined && runsToday >= s.dailyRuns) return { status: 'refused', code: 'quota_exceeded' }

      users.set(s.key.userId, shelf)
      shelf.runsByDay.set(day, runsToday + 1)
      const conversation =
        existing ??
        new MemoryConversation({ ...s.key }, { role: 'conversation', id: s.key.conversation, title: titleOf(s.text), createdAt: s.now, updatedAt: s.now })
      if (existing === undefined) {
        shelf.conversations.set(s.key.conversation, conversation)
        note(shelf, conversation.record)
      }
      const message: UserMessage = { role: 'user', id: s.id, text: s.text, agent: s.agent, createdAt: s.now }
      if (s.retryOf === undefined) conversation.say(message)
      const said = conversation.head
      const started = conversation.queue(
        { run: s.id, agent: s.agent, answeredBy: s.answeredBy, ...(s.retryOf === undefined ? {} : { retryOf: s.retryOf }) },
        s.now,
      )
      const offset = s.retryOf === undefined ? said : conversation.head
      shelf.messageIds.set(s.id, { conversation: s.key.conversation, offset })
      return {
        status: 'appended',
        position: { epoch: shelf.epoch, offset },
        created: existing === undefined,
        ...(started === undefined ? {} : { started: structuredClone(started) }),
      }
    },

    async appendRunEvents({ key, run, events, now }) {
      const conversation = find(key)
      const stored = conversation?.runs.get(run)
      if (conversation === undefined || stored === undefined) return { entries: [], ended: true }
      const before = conversation.head
      const next = conversation.recordEvents(stored, events, now)
      const ended = stored.status === 'ended'
      const entries = conversation.entries.slice(before)
      if (ended && entries.length > 0) note(shelfOf(key.userId), conversation.record)
      return { entries: structuredClone(entries), ended, ...(next === undefined ? {} : { next: structuredClone(next) }) }
    },

    async read(key, after, limit): Promise<Read> {
      const snapshot = snapshotOf(key)
      if (snapshot === null) return { status: 'not_found' }
      if (after === undefined || after.epoch !== snapshot.epoch || after.offset > snapshot.offset) return { status: 'snapshot', snapshot }
      const all = key.conversation === USER_LOG ? shelfOf(key.userId).entries : (find(key)?.entries ?? [])
      return { status: 'entries', epoch: snapshot.epoch, entries: structuredClone(all.slice(after.offset, after.offset + limit)), head: snapshot.offset }
    },

    async snapshot(key) {
      return snapshotOf(key)
    },

    async findRun(userId, run) {
      for (const conversation of shelfOf(userId).conversations.values()) {
        const stored = conversation.runs.get(run)
        if (stored !== undefined) return { conversation: conversation.key.conversation, status: stored.status }
      }
      return null
    },

    async cancelWaiting(userId, run, now) {
      const shelf = shelfOf(userId)
      for (const conversation of shelf.conversations.values()) {
        const stored = conversation.runs.get(run)
        if (stored === undefined) continue
        if (stored.status !== 'waiting') return stored.status
        conversation.endWaiting(stored, runCancelled(conversation.key.conversation, run), now)
        return 'cancelled'
      }
      return 'not_found'
    },

    async interruptRuns(now) {
      let interrupted = 0
      const next: StartedRun[] = []
      for (const shelf of users.values()) {
        for (const conversation of shelf.conversations.values()) {
          if (conversation.running === undefined) continue
          const started = conversation.recordEvents(conversation.running, [runFailed('interrupted')], now)
          interrupted += 1
          note(shelf, conversation.record)
          if (started !== undefined) next.push(structuredClone(started))
        }
      }
      return { interrupted, next }
    },

    async conversations(userId, { search, ...where }) {
      const wanted = search?.trim().toLowerCase()
      const shelf = shelfOf(userId)
      const all = recordsOf(shelf).reverse()
      const texts = (id: string): string[] => (shelf.conversations.get(id)?.messages() ?? []).map((message) => ('text' in message ? message.text : ''))
      const found =
        wanted === undefined || wanted === '' ? all : all.filter(({ id, title }) => [title, ...texts(id)].some((text) => text.toLowerCase().includes(wanted)))
      const { items, next } = page(found, where)
      return { conversations: items, next }
    },

    async messages(key, where) {
      const conversation = find(key)
      if (conversation === undefined) return null
      const { items, next } = page(conversation.messages().reverse(), where)
      return { messages: items, next }
    },

    async rename(key, title) {
      const conversation = find(key)
      if (conversation === undefined) return null
      conversation.record = { ...conversation.record, title }
      note(shelfOf(key.userId), conversation.record)
      return { ...conversation.record }
    },

    async remove(key, now) {
      const shelf = shelfOf(key.userId)
      const conversation = shelf.conversations.get(key.conversation)
      if (conversation === undefined) return null
      shelf.conversations.delete(key.conversation)
      shelf.tombstones.add(key.conversation)
      note(shelf, { ...conversation.record, updatedAt: now, deleted: true })
      return conversation.running === undefined ? {} : { running: conversation.running.run }
    },

    async *exportUser(userId) {
      for (const conversation of [...shelfOf(userId).conversations.values()].sort((a, b) => a.record.createdAt - b.record.createdAt)) {
        yield structuredClone({ conversation: conversation.record, messages: conversation.messages() })
      }
    },

    async eraseUser(userId) {
      const shelf = shelfOf(userId)
      users.delete(userId)
      return { running: [...shelf.conversations.values()].flatMap(({ running }) => (running === undefined ? [] : [running.run])) }
    },
  }
}
