import type { Duplex } from 'node:stream'
import { joinEncoded } from '@symphainy/protocol'
import type { WebSocket } from 'ws'
import type { GatewayEnvironment } from '../gateway.js'

/** [RS8] Bytes that may wait for one socket, the frame in flight included. */
export const WAITING_BYTES: number = 1024 * 1024
/** Below this it is sent to again. */
const RESUME_BYTES = 256 * 1024
/** [RS8] Without progress for so long, a reader is too slow. */
export const STUCK_MS = 30_000

export interface OutletEvents {
  /** The socket took enough of what waited; readers go on from the log. */
  onDrain(): void
  /** Nothing of what waits has moved for `STUCK_MS`. */
  onStuck(): void
}

/**
 * The way out to one socket. What comes in one turn of the loop goes out as one write, the first at once when the
 * socket was idle: the kernel's cost per write dominates. [FR5]
 */
export class Outlet {
  readonly #socket: WebSocket
  readonly #stream: Duplex & { bytesWritten?: number }
  readonly #environment: GatewayEnvironment
  readonly #events: OutletEvents
  #held: string[] = []
  #heldUnits = 0
  /** Whether this turn's first write is done, and a flush will follow. */
  #turn: 'idle' | 'open' = 'idle'
  #watch: { cancel(): void } | undefined

  constructor(socket: WebSocket, stream: Duplex, environment: GatewayEnvironment, events: OutletEvents) {
    this.#socket = socket
    this.#stream = stream
    this.#environment = environment
    this.#events = events
  }

  /** Whether so much waits that nothing of the logs is sent for now. */
  get congested(): boolean {
    return this.#watch !== undefined
  }

  /** Sends one encoded frame. */
  send(encoded: string): void {
    if (this.#turn === 'open') {
      this.#held.push(encoded)
      this.#heldUnits += encoded.length
    } else {
      this.#turn = 'open'
      this.#write(encoded)
      setImmediate(() => this.#endTurn())
    }
    if (this.#watch === undefined && this.#waiting() > WAITING_BYTES) this.#watchProgress(this.#progress())
  }

  /** Writes what is held, before a close. */
  flush(): void {
    if (this.#held.length === 0) return
    const text = joinEncoded(this.#held)
    this.#held = []
    this.#heldUnits = 0
    this.#write(text)
  }

  dispose(): void {
    this.#watch?.cancel()
    this.#watch = undefined
    this.#held = []
    this.#heldUnits = 0
  }

  #endTurn(): void {
    if (this.#held.length === 0) {
      this.#turn = 'idle'
      return
    }
    this.flush()
    setImmediate(() => this.#endTurn())
  }

  #write(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    // An error here is followed by the socket's own close, where it is dealt with.
    this.#socket.send(text, () => this.#written())
  }

  #written(): void {
    if (this.#watch === undefined || this.#waiting() > RESUME_BYTES) return
    this.#watch.cancel()
    this.#watch = undefined
    this.#events.onDrain()
  }

  #waiting(): number {
    return this.#socket.bufferedAmount + this.#heldUnits
  }

  /** Bytes that the kernel took so far. */
  #progress(): number {
    return (this.#stream.bytesWritten ?? 0) - this.#stream.writableLength
  }

  #watchProgress(seen: number): void {
    this.#watch = this.#environment.setTimer(() => {
      const progress = this.#progress()
      if (progress === seen) this.#events.onStuck()
      else this.#watchProgress(progress)
    }, STUCK_MS)
  }
}
