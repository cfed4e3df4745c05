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

interface Entry {
  socket: WebSocketLike
  metadata: ConnectionMetadata
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
    if (!this.hasActiveConnection(sessionToken)) return null
    this.#stats.reused++
    return this.#entries.get(sessionToken)?.socket ?? null
  }

  /** Registers a socket. The same again: nothing happens. Another: the one it replaces is closed. */
  registerConnection(sessionToken: string, socket: WebSocketLike, reconnectAttempts = 0): void {
    const existing = this.#entries.get(sessionToken)?.socket
    if (existing === socket) {
      this.#stats.duplicatesPrevented++
      return
    }
    const now = this.#clock.now()
    this.#entries.set(sessionToken, { socket, metadata: { connectedAt: now, lastActivity: now, reconnectAttempts } })
    this.#stats.opened++
    if (existing && isLive(existing)) {
      this.#stats.replaced++
      existing.close(1000, 'replaced')
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
    const entry = this.#entries.get(sessionToken)
    return entry !== undefined && isLive(entry.socket)
  }

  /** Traffic went over the session's socket. */
  recordActivity(sessionToken: string): void {
    const entry = this.#entries.get(sessionToken)
    if (entry) entry.metadata.lastActivity = this.#clock.now()
  }

  getMetadata(sessionToken: string): Readonly<ConnectionMetadata> | null {
    const entry = this.#entries.get(sessionToken)
    return entry ? { ...entry.metadata } : null
  }

  getStats(): Readonly<RegistryStats> {
    return { ...this.#stats }
  }

  /**
   * Drops closed sockets, and closes those without traffic for longer than `maxAgeMs`. Returns how many were dropped.
   * @default maxAgeMs 90 s
   */
  cleanupStale(maxAgeMs: number = STALE_MS): number {
    const before = this.#entries.size
    for (const [key, { socket, metadata }] of this.#entries) {
      if (isLive(socket) && this.#clock.now() - metadata.lastActivity <= maxAgeMs) continue
      this.#entries.delete(key)
      // Closing one that is closed already does nothing.
      socket.close(1000, 'stale')
    }
    const removed = before - this.#entries.size
    this.#stats.staleRemoved += removed
    return removed
  }

  /** Ends the timer and forgets everything; the sockets belong to whoever opened them. */
  dispose(): void {
    this.#cleanup?.cancel()
    this.#cleanup = null
    this.#entries.clear()
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

function isLive(socket: WebSocketLike): boolean {
  return socket.readyState <= OPEN
}
