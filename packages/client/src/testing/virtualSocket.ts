import { decodeFrames, encodeFrames, type ClientFrame } from '@symphainy/protocol'
import type { WebSocketLike } from '../environment/environment.js'

/** The browser's end of a virtual connection, with the platform's end beside it. */
export class VirtualSocket implements WebSocketLike {
  readyState = 0
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null
  onerror: (() => void) | null = null
  /** Every frame that the client sent, in order. */
  readonly received: ClientFrame[] = []
  /** With what the client closed it, or null. */
  closedByClient: { code: number | undefined } | null = null
  readonly url: string
  readonly protocols: readonly string[]
  /** Since then nothing passes any more, and nobody is told: half-open. Milliseconds of the virtual clock. */
  cutAt: number | null = null
  readonly #onFrame: (socket: VirtualSocket, frame: ClientFrame) => void

  constructor(url: string, protocols: readonly string[], onFrame: (socket: VirtualSocket, frame: ClientFrame) => void) {
    this.url = url
    this.protocols = protocols
    this.#onFrame = onFrame
  }

  /** Connecting or open. */
  get isLive(): boolean {
    return this.readyState <= 1
  }

  send(data: string): void {
    if (this.readyState !== 1) throw new Error('the socket is not open')
    if (this.cutAt !== null) return
    const decoded = decodeFrames(data)
    if (!decoded.ok) throw new Error(`the client sent ${decoded.code}`)
    for (const frame of decoded.frames as ClientFrame[]) {
      this.received.push(frame)
      this.#onFrame(this, frame)
    }
  }

  close(code?: number): void {
    if (this.readyState > 1) return
    this.closedByClient = { code }
    this.readyState = 3
  }

  // The platform's end ---------------------------------------------------------

  open(): void {
    if (this.readyState !== 0 || this.cutAt !== null) return
    this.readyState = 1
    this.onopen?.()
  }

  /** Frames from the platform, in one message. */
  deliver(...frames: object[]): void {
    this.deliverText(encodeFrames(frames))
  }

  deliverText(text: string): void {
    if (this.readyState === 1 && this.cutAt === null) this.onmessage?.({ data: text })
  }

  /** The platform or the network ends it; 1006 is what a browser shows of a lost one. */
  drop(code: number, reason = ''): void {
    if (this.readyState > 1 || this.cutAt !== null) return
    this.readyState = 3
    this.onclose?.({ code, reason })
  }
}
