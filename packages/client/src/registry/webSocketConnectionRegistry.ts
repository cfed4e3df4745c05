import type { Clock, Timer, WebSocketLike } from '../environment/environment.js'

/** What the registry knows of one connection. Times are monotonic milliseconds of the environment's clock. */
export interface ConnectionMetadata {
  /** When it was registered. */
  connectedAt: number
  /** When traffic last went either way. */
  lastActivity: number
  /** Attempts that it took since the last stable connection. */
  reconnectAttempts: number
}

export interface RegistryStats {
  /** Connections registered. */
  opened: number
  /** Times an existing connection was given to somebody who asked first. */
  reused: number
  /** Connections closed because another socket took their place. */
  replaced: number
  /** Connections closed by `cleanupStale`. */
  staleRemoved: number
  /** Times the same socket was registered again. */
  duplicatesPrevented: number
}

interface Entry extends ConnectionMetadata {
  socket: WebSocketLike
}

/** WebSocket.OPEN; sockets below it are connecting. */
const OPEN = 1
/** Nothing said for longer than this and the peer is gone: the platform itself drops a peer after 75 s. */
const STALE_MS = 90_000
const CLEANUP_EVERY_MS = 60_000

/**
 * One connection per session, keyed by the session token. Holds sockets that connect as well as open ones [L6]; closed
 * ones are as good as absent. An ordinary class: each client has its own.
 */
export class WebSocketConnectionRegistry {
  readonly #clock: Clock
  readonly #entries = new Map<string, Entry>()
  readonly #stats: RegistryStats = { opened: 0, reused: 0, replaced: 0, staleRemoved: 0, duplicatesPrevented: 0 }
  #cleanup: Timer | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The connecting or open socket of a session, or null. Callers ask it before they open one; that counts as reuse. */
  getConnection(sessionToken: string): WebSocketLike | null {
    const socket = this.#live(sessionToken)
    if (socket) this.#stats.reused++
    return socket
  }

  /** Registers a socket. The same again: nothing happens. Another: the one it replaces is closed. */
  registerConnection(sessionToken: string, socket: WebSocketLike, reconnectAttempts = 0): void {
    if (this.#entries.get(sessionToken)?.socket === socket) {
      this.#stats.duplicatesPrevented++
      return
    }
    const replaced = this.#live(sessionToken)
    const now = this.#clock.now()
    this.#entries.set(sessionToken, { socket, connectedAt: now, lastActivity: now, reconnectAttempts })
    this.#stats.opened++
    if (replaced) {
      this.#stats.replaced++
      replaced.close(1000, 'replaced')
    }
    this.#scheduleCleanup()
  }

  /** Forgets a socket without closing it. With `socket`, only if that one is registered. Says whether it was. */
  removeConnection(sessionToken: string, socket?: WebSocketLike): boolean {
    return (!socket || this.#entries.get(sessionToken)?.socket === socket) && this.#entries.delete(sessionToken)
  }

  /** The session's token was rotated: its connection goes on under the new one. */
  moveConnection(fromToken: string, toToken: string): void {
    const entry = this.#entries.get(fromToken)
    if (entry && this.#entries.delete(fromToken)) this.#entries.set(toToken, entry)
  }

  hasActiveConnection(sessionToken: string): boolean {
    return this.#live(sessionToken) !== null
  }

  /** Traffic went over the session's socket. */
  recordActivity(sessionToken: string): void {
    const entry = this.#entries.get(sessionToken)
    if (entry) entry.lastActivity = this.#clock.now()
  }

  getMetadata(sessionToken: string): Readonly<ConnectionMetadata> | null {
    const entry = this.#entries.get(sessionToken)
    if (!entry) return null
    const { socket: _, ...metadata } = entry
    return metadata
  }

  getStats(): Readonly<RegistryStats> {
    return { ...this.#stats }
  }

  /**
   * Drops closed sockets, and closes those without traffic for longer than `maxAgeMs`. Returns how many were dropped.
   * @default maxAgeMs 90 s
   */
  cleanupStale(maxAgeMs: number = STALE_MS): number {
    let removed = 0
    for (const [key, { lastActivity }] of this.#entries) {
      const socket = this.#live(key)
      if (socket && this.#clock.now() - lastActivity <= maxAgeMs) continue
      this.#entries.delete(key)
      socket?.close(1000, 'stale')
      removed++
    }
    this.#stats.staleRemoved += removed
    return removed
  }

  /** Ends the timer and forgets everything; the sockets belong to whoever opened them. */
  dispose(): void {
    this.#cleanup?.cancel()
    this.#cleanup = null
    this.#entries.clear()
  }

  #live(sessionToken: string): WebSocketLike | null {
    const socket = this.#entries.get(sessionToken)?.socket
    return socket && socket.readyState <= OPEN ? socket : null
  }

  /** Runs only while something is registered, so that an idle client has no timer. */
  #scheduleCleanup(): void {
    this.#cleanup ??= this.#clock.setTimer(() => {
      this.#cleanup = null
      this.cleanupStale()
      if (this.#entries.size) this.#scheduleCleanup()
    }, CLEANUP_EVERY_MS)
  }
}
