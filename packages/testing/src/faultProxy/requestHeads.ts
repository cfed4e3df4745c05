const END_OF_HEAD = '\r\n\r\n'

export interface RequestHead {
  method: string
  /** Path with query. */
  path: string
  /** Whether it asks for a WebSocket; what follows on the connection is no HTTP then. */
  upgrade: boolean
}

/**
 * Reads the heads of the requests in the bytes that a client sends on one connection, in whatever pieces they come.
 * Bodies are skipped by their Content-Length; after an upgrade nothing is read any more.
 */
export class RequestHeads {
  #pending = ''
  #bodyLeft = 0
  #done = false
  readonly #onHead: (head: RequestHead) => void

  constructor(onHead: (head: RequestHead) => void) {
    this.#onHead = onHead
  }

  push(bytes: Uint8Array): void {
    if (this.#done) return
    // latin1 keeps one character a byte, so that lengths in bytes can be used on it.
    this.#pending += Buffer.from(bytes).toString('latin1')
    while (!this.#done) {
      const skipped = Math.min(this.#bodyLeft, this.#pending.length)
      this.#bodyLeft -= skipped
      this.#pending = this.#pending.slice(skipped)
      const end = this.#pending.indexOf(END_OF_HEAD)
      if (this.#bodyLeft > 0 || end === -1) return
      const head = this.#pending.slice(0, end)
      this.#pending = this.#pending.slice(end + END_OF_HEAD.length)
      this.#read(head)
    }
  }

  #read(head: string): void {
    const [method = '', path = ''] = head.split(' ', 2)
    const upgrade = /^upgrade: *websocket *$/im.test(head)
    this.#bodyLeft = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
    this.#done = upgrade
    this.#onHead({ method, path, upgrade })
  }
}
