import type { SessionRecord, SessionStore } from '../ports/sessionStore.js'
import { GRACE_MS } from '../ports/sessionStore.js'

interface Stored {
  record: SessionRecord
  fence: number
}

interface Credential {
  id: string
  /** Until when it is valid, once a later one took its place. */
  graceEndsAt?: number
}

/** Sessions in the memory of this process: for tests and trials; gone when it ends. */
export function createMemorySessionStore(): SessionStore {
  const sessions = new Map<string, Stored>()
  const credentials = new Map<string, Credential>()
  const copy = (record: SessionRecord): SessionRecord => structuredClone(record)
  const lives = (record: SessionRecord, now: number): boolean => record.ended === undefined && record.expiresAt > now
  const current = (hash: string, now: number): Credential | null => {
    const credential = credentials.get(hash)
    return credential === undefined || (credential.graceEndsAt !== undefined && credential.graceEndsAt <= now) ? null : credential
  }

  const insert = (session: Omit<SessionRecord, 'lastSeenAt' | 'ended'>): SessionRecord => {
    const { id, user, createdAt, expiresAt, absoluteExpiresAt, userAgent, address } = session
    const record: SessionRecord = { id, user: { ...user }, createdAt, expiresAt, absoluteExpiresAt, userAgent, address, lastSeenAt: createdAt }
    sessions.set(id, { record, fence: 0 })
    return copy(record)
  }

  return {
    async create(session) {
      credentials.set(session.credentialHash, { id: session.id })
      return insert(session)
    },
    async adopt(session) {
      const stored = sessions.get(session.id)
      if (stored === undefined) return insert(session)
      if (stored.record.ended === undefined) stored.record.expiresAt = Math.max(stored.record.expiresAt, session.expiresAt)
      return copy(stored.record)
    },
    async byCredential(credentialHash, now) {
      const credential = current(credentialHash, now)
      const stored = credential === null ? undefined : sessions.get(credential.id)
      return stored === undefined ? null : copy(stored.record)
    },
    async byId(id) {
      const stored = sessions.get(id)
      return stored === undefined ? null : copy(stored.record)
    },
    async rotate({ id, from, to, expiresAt, now }) {
      const credential = current(from, now)
      const stored = sessions.get(id)
      if (credential === null || credential.id !== id || stored === undefined || !lives(stored.record, now)) return null
      // In its grace the old credential gives a further one; from a current one, every other starts its grace.
      if (credential.graceEndsAt === undefined) {
        for (const other of credentials.values()) if (other.id === id) other.graceEndsAt ??= now + GRACE_MS
      }
      credentials.set(to, { id })
      stored.record.expiresAt = expiresAt
      return copy(stored.record)
    },
    async end(which, reason, now) {
      const ended: string[] = []
      for (const { record } of sessions.values()) {
        const meant = 'ids' in which ? which.ids.includes(record.id) : record.user.id === which.userId && record.id !== which.except
        if (!meant || record.ended !== undefined) continue
        record.ended = { reason, at: now }
        ended.push(record.id)
      }
      return ended
    },
    async list(userId, now) {
      return [...sessions.values()]
        .filter(({ record }) => record.user.id === userId && lives(record, now))
        .map(({ record }) => copy(record))
        .sort((a, b) => b.createdAt - a.createdAt)
    },
    async seen(id, now, address) {
      const stored = sessions.get(id)
      if (stored !== undefined) Object.assign(stored.record, { lastSeenAt: now, address })
    },
    async takeFence(id, now) {
      const stored = sessions.get(id)
      if (stored === undefined || !lives(stored.record, now)) return null
      stored.fence += 1
      return stored.fence
    },
  }
}
