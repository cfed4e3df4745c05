import { SUBPROTOCOL, TICKET_PREFIX, type ClientFrame, type PlatformFrame } from '@symphainy/protocol'
import { WebSocket } from 'ws'

export interface SocketClose {
  code: number
  reason: string
}

/** What a refused upgrade answers; a browser would show its page nothing but 1006. */
export interface RefusedUpgrade {
  status: number
  headers: Record<string, string | string[] | undefined>
}

export interface TestSocketOptions {
  ticket?: string
  /** Null: no `Origin` header. */
  origin?: string | null
  /** @default [SUBPROTOCOL, TICKET_PREFIX + ticket] */
  protocols?: string[]
  headers?: Record<string, string>
}

/** A client of the gateway in Node: keeps every frame in order and lets a test wait for the next one that it wants. */
export class TestSocket {
  readonly socket: WebSocket
  /** Every frame that came, in order. */
  readonly frames: PlatformFrame[] = []
  /** The WebSocket messages as they came, before they were taken apart. */
  readonly texts: string[] = []
  /** Resolves when the socket is closed. */
  readonly closed: Promise<SocketClose>
  /** Resolves with the HTTP answer of a refused upgrade. */
  readonly refused: Promise<RefusedUpgrade>
  #read = 0
  #waiting: (() => void)[] = []

  constructor(url: string, { ticket, origin = null, protocols, headers }: TestSocketOptions = {}) {
    const offered = protocols ?? [SUBPROTOCOL, ...(ticket === undefined ? [] : [TICKET_PREFIX + ticket])]
    this.socket = new WebSocket(url, offered, { perMessageDeflate: false, headers: { ...headers, ...(origin === null ? {} : { origin }) } })
    this.socket.on('message', (data) => this.#received((data as Buffer).toString('utf8')))
    // A refused or reset socket closes next, and the close is what tests look at.
    this.socket.on('error', () => undefined)
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() })
        this.#wake()
      })
    })
    this.refused = new Promise((resolve) => {
      this.socket.on('unexpected-response', (request, response) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers })
        response.resume()
        request.destroy()
      })
    })
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN
  }

  send(...frames: ClientFrame[]): void {
    this.sendText(JSON.stringify(frames.length === 1 ? frames[0] : frames))
  }

  sendText(text: string | Buffer): void {
    this.socket.send(text)
  }

  /**
   * The next frame of this type that was not taken yet; those before it are passed over.
   * @throws Error when the socket closes first
   */
  async next<Type extends PlatformFrame['type']>(
    type: Type,
    isWanted: (frame: Extract<PlatformFrame, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<PlatformFrame, { type: Type }>> {
    for (;;) {
      while (this.#read < this.frames.length) {
        const frame = this.frames[this.#read] as PlatformFrame
        this.#read += 1
        if (frame.type === type && isWanted(frame as Extract<PlatformFrame, { type: Type }>)) return frame as Extract<PlatformFrame, { type: Type }>
      }
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error(`the socket closed before a frame of type ${type}`)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** A ping and its pong: what was sent before it has been read, and what it caused at once has come. */
  async roundTrip(id = 'round-trip'): Promise<void> {
    this.send({ type: 'ping', id })
    await this.next('pong', (frame) => frame.id === id)
  }

  close(): Promise<SocketClose> {
    this.socket.close(1000)
    return this.closed
  }

  #received(text: string): void {
    this.texts.push(text)
    const value = JSON.parse(text) as PlatformFrame | PlatformFrame[]
    this.frames.push(...(Array.isArray(value) ? value : [value]))
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}
