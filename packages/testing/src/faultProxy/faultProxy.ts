import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { RequestHeads, type RequestHead } from './requestHeads.js'

export interface FaultProxyOptions {
  /** Where the real server listens. */
  target: { host?: string; port: number }
  /** Where the proxy listens. @default 0: a free port */
  port?: number
}

/** What passed through since the proxy was made, or since `resetCounts()`. */
export interface FaultProxyCounts {
  /** TCP connections accepted. */
  connections: number
  /** HTTP requests in the order in which they came, upgrades too. */
  requests: readonly RequestHead[]
  /** Requests for a WebSocket. */
  upgrades: number
}

/** How bytes are treated. `cutAfter` counts from when it is set. */
export type Fault =
  | { kind: 'none' }
  /** New connections are refused and open ones reset: the server is down. */
  | { kind: 'refuse' }
  /** Everything stays open and nothing passes, in either direction: a half-open peer. */
  | { kind: 'blackHole' }
  /** Every piece is held back so long, in milliseconds. */
  | { kind: 'delay'; ms: number }
  /** Each connection is reset when so many bytes of the server have passed on it. */
  | { kind: 'cutAfter'; bytes: number }

interface Link {
  client: Socket
  server: Socket
  socketLike: boolean
  passed: number
}

/**
 * A TCP proxy whose network can be broken, for tests of what a browser does then. It looks at the heads of requests to count
 * them and changes nothing in them, so `Host` and `Origin` are those of the proxy.
 */
export class FaultProxy {
  readonly #options: FaultProxyOptions
  #server: Server | null = null
  #port = 0
  #fault: Fault = { kind: 'none' }
  readonly #links = new Set<Link>()
  #connections = 0
  #requests: RequestHead[] = []

  constructor(options: FaultProxyOptions) {
    this.#options = options
    this.#port = options.port ?? 0
  }

  get port(): number {
    return this.#port
  }

  /** The address for a browser, by a loopback name. */
  get origin(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get counts(): FaultProxyCounts {
    return { connections: this.#connections, requests: [...this.#requests], upgrades: this.#requests.filter((head) => head.upgrade).length }
  }

  /** WebSockets that are open now. */
  get openSockets(): number {
    return [...this.#links].filter((link) => link.socketLike).length
  }

  resetCounts(): void {
    this.#connections = 0
    this.#requests = []
  }

  /** Requests of this method whose path, without its query, is this one. */
  count(method: string, path: string): number {
    return this.#requests.filter((head) => head.method === method && head.path.split('?')[0] === path).length
  }

  async start(): Promise<void> {
    if (this.#server !== null) return
    // Half-open, so that an end in one direction is passed on and not answered by us.
    const server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port, '127.0.0.1', () => {
        server.off('error', reject)
        resolve()
      })
    })
    const address = server.address()
    if (address !== null && typeof address === 'object') this.#port = address.port
    this.#server = server
  }

  /** Breaks the network in this way from now on, for open connections too. `refuse` resolves when the port is closed. */
  async set(fault: Fault): Promise<void> {
    this.#fault = fault
    if (fault.kind === 'refuse') {
      this.cut()
      await this.#stopListening()
      return
    }
    await this.start()
    for (const link of this.#links) {
      link.passed = 0
      const flow = fault.kind === 'blackHole' ? 'pause' : 'resume'
      link.client[flow]()
      link.server[flow]()
    }
  }

  /** All is well again. Connections that were black-holed go on where they were. */
  heal(): Promise<void> {
    return this.set({ kind: 'none' })
  }

  /** Resets every open connection, or only the WebSockets; new ones are accepted. */
  cut(which: 'all' | 'webSockets' = 'all'): void {
    for (const link of this.#links) if (which === 'all' || link.socketLike) this.#reset(link)
  }

  /** Ends everything. Idempotent. */
  async close(): Promise<void> {
    this.cut()
    await this.#stopListening()
  }

  async #stopListening(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  #accept(client: Socket): void {
    this.#connections += 1
    const { host = '127.0.0.1', port } = this.#options.target
    const server = createConnection({ host, port, allowHalfOpen: true })
    const link: Link = { client, server, socketLike: false, passed: 0 }
    this.#links.add(link)
    client.setNoDelay(true)
    server.setNoDelay(true)
    const heads = new RequestHeads((head) => {
      this.#requests.push(head)
      if (head.upgrade) link.socketLike = true
    })
    client.on('data', (bytes) => {
      heads.push(bytes)
      this.#pass(link, server, bytes, false)
    })
    server.on('data', (bytes) => this.#pass(link, client, bytes, true))
    client.on('end', () => server.end())
    server.on('end', () => client.end())
    // A reset on one side is passed on as a reset: the other side has to see what the network did.
    client.on('error', () => this.#reset(link))
    server.on('error', () => this.#reset(link))
    client.on('close', () => this.#closed(link))
    server.on('close', () => this.#closed(link))
    if (this.#fault.kind === 'blackHole') {
      client.pause()
      server.pause()
    }
  }

  #pass(link: Link, to: Socket, bytes: Buffer, fromServer: boolean): void {
    const fault = this.#fault
    if (fault.kind === 'delay') {
      setTimeout(() => to.writable && to.write(bytes), fault.ms)
      return
    }
    if (fault.kind === 'cutAfter' && fromServer) {
      const left = Math.max(0, fault.bytes - link.passed)
      link.passed += bytes.length
      if (bytes.length > left) {
        to.write(bytes.subarray(0, left), () => this.#reset(link))
        return
      }
    }
    to.write(bytes)
  }

  #reset(link: Link): void {
    this.#links.delete(link)
    for (const socket of [link.client, link.server]) if (!socket.destroyed) socket.resetAndDestroy()
  }

  #closed(link: Link): void {
    if (link.client.destroyed && link.server.destroyed) this.#links.delete(link)
    else if (this.#fault.kind !== 'blackHole') {
      link.client.end()
      link.server.end()
    }
  }
}

/** Starts a proxy in front of a server on this machine. */
export async function createFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new FaultProxy(options)
  await proxy.start()
  return proxy
}
