import type { StoragePort } from '@symphainy/client'
import type { ConversationRecord } from '@symphainy/protocol'

/** What a user has seen: conversations by the time of their last word, and the time before which all counts as seen. */
export interface SeenMarks {
  since: number
  seen: Readonly<Record<string, number>>
}

/** At most so many conversations are remembered; the oldest ones fall under `since`. */
const REMEMBERED = 200

/** What is known when a browser shows a user's list for the first time: nothing in it is unread. Pure. */
export function firstMarks(records: readonly ConversationRecord[]): SeenMarks {
  return { since: Math.max(0, ...records.map((record) => record.updatedAt)), seen: {} }
}

/** Pure. */
export function isUnread(marks: SeenMarks, record: ConversationRecord): boolean {
  return record.updatedAt > Math.max(marks.since, marks.seen[record.id] ?? 0)
}

/** With one more conversation seen as it is now. Gives the same object when nothing changes. Pure. */
export function markSeen(marks: SeenMarks, record: ConversationRecord): SeenMarks {
  if (!isUnread(marks, record)) return marks
  const entries = Object.entries({ ...marks.seen, [record.id]: record.updatedAt }).toSorted((a, b) => b[1] - a[1])
  const dropped = entries.slice(REMEMBERED)
  return { since: Math.max(marks.since, ...dropped.map(([, time]) => time)), seen: Object.fromEntries(entries.slice(0, REMEMBERED)) }
}

const keyOf = (userId: string): string => `symphainy.seen.${userId}`

/** What was stored, or null when there is nothing that can be read. */
export function loadMarks(storage: StoragePort, userId: string): SeenMarks | null {
  try {
    const stored = JSON.parse(storage.get(keyOf(userId)) ?? 'null') as Partial<SeenMarks> | null
    if (typeof stored?.since !== 'number' || typeof stored.seen !== 'object' || stored.seen === null) return null
    return { since: stored.since, seen: stored.seen }
  } catch {
    return null
  }
}

export function saveMarks(storage: StoragePort, userId: string, marks: SeenMarks): void {
  try {
    storage.set(keyOf(userId), JSON.stringify(marks))
  } catch {
    // A mark that is forgotten costs a dot in a list.
  }
}
