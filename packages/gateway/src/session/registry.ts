import { CLOSE } from '@symphainy/protocol'

/** What the registry needs of a connection. */
export interface RegisteredConnection {
  readonly id: string
  readonly address: string
  close(code: number, reason: string): void
}

interface ServedEntry<Connection> {
  connection: Connection
  userId: string
  userName: string
  fence: number
}

/** How long it is remembered that a session ended, so that a connection in the middle of its admission is not served. */
const ENDED_MEMORY_MS = 60_000

/** The connections of this node: who is open, from where, and which one is served for each session. [CN8] */
export class Registry<Connection extends RegisteredConnection> {
  readonly #open: Set<Connection> = new Set()
  readonly #byAddress: Map<string, number> = new Map()
  readonly #served: Map<string, ServedEntry<Connection>> = new Map()
  readonly #sessionsOfUser: Map<string, Set<string>> = new Map()
  readonly #ended: Map<string, number> = new Map()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  get size(): number {
    return this.#open.size
  }

  get servedSize(): number {
    return this.#served.size
  }

  connections(): Connection[] {
    return [...this.#open]
  }

  socketsOf(address: string): number {
    return this.#byAddress.get(address) ?? 0
  }

  add(connection: Connection): void {
    this.#open.add(connection)
    this.#byAddress.set(connection.address, this.socketsOf(connection.address) + 1)
  }

  servedOf(sessionId: string): Connection | undefined {
    return this.#served.get(sessionId)?.connection
  }

  /** The user's name, where a connection of theirs is served here. */
  nameOf(userId: string): string {
    for (const sessionId of this.#sessionsOfUser.get(userId) ?? []) return this.#served.get(sessionId)?.userName ?? ''
    return ''
  }

  /** Sessions of the user that are served here, this one aside. */
  otherSessions(userId: string, sessionId: string): number {
    const sessions = this.#sessionsOfUser.get(userId)
    return sessions === undefined ? 0 : sessions.size - (sessions.has(sessionId) ? 1 : 0)
  }

  /** Whether a newer connection than this fence is served. */
  isOutrun(sessionId: string, fence: number): boolean {
    return (this.#served.get(sessionId)?.fence ?? 0) > fence
  }

  hasEnded(sessionId: string): boolean {
    return (this.#ended.get(sessionId) ?? 0) > this.#now() - ENDED_MEMORY_MS
  }

  noteEnded(sessionId: string): void {
    const now = this.#now()
    // Oldest first, so that the sweep stops at the first that still counts.
    for (const [id, at] of this.#ended) {
      if (at > now - ENDED_MEMORY_MS) break
      this.#ended.delete(id)
    }
    this.#ended.delete(sessionId)
    this.#ended.set(sessionId, now)
  }

  /** From now on this connection is the session's one; the older one goes. */
  serve(connection: Connection, { sessionId, userId, userName, fence }: { sessionId: string; userId: string; userName: string; fence: number }): void {
    const older = this.#served.get(sessionId)?.connection
    this.#served.set(sessionId, { connection, userId, userName, fence })
    const sessions = this.#sessionsOfUser.get(userId) ?? new Set()
    this.#sessionsOfUser.set(userId, sessions.add(sessionId))
    older?.close(CLOSE.REPLACED, 'replaced')
  }

  /** Another node serves the session with this fence; an older one here goes. */
  yieldTo(sessionId: string, fence: number): void {
    const own = this.#served.get(sessionId)
    if (own !== undefined && own.fence < fence) own.connection.close(CLOSE.REPLACED, 'replaced')
  }

  /** It is no longer served; it may still be open while it closes. */
  unserve(connection: Connection, sessionId: string): void {
    const entry = this.#served.get(sessionId)
    if (entry?.connection !== connection) return
    this.#served.delete(sessionId)
    const sessions = this.#sessionsOfUser.get(entry.userId)
    sessions?.delete(sessionId)
    if (sessions?.size === 0) this.#sessionsOfUser.delete(entry.userId)
  }

  remove(connection: Connection): void {
    if (!this.#open.delete(connection)) return
    const left = this.socketsOf(connection.address) - 1
    if (left > 0) this.#byAddress.set(connection.address, left)
    else this.#byAddress.delete(connection.address)
  }
}
