/** The part of a browser's WebSocket that the connection uses; `ws` and test sockets have it as well. */
export interface WebSocketLike {
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number; reason: string }) => void) | null
  onerror: (() => void) | null
  send(data: string): void
  /** @throws in browsers for codes other than 1000 and 3000 to 4999 */
  close(code?: number, reason?: string): void
}

/** A timer that has been set; `cancel()` after it fired does nothing. */
export interface Timer {
  cancel(): void
}

export interface Clock {
  /** Monotonic milliseconds: never jumps back and knows nothing of the time of day. [AU5] */
  now(): number
  /** Milliseconds since the Unix epoch, for showing only. */
  wallNow(): number
  setTimer(callback: () => void, delayMs: number): Timer
}

/** Where the browser keeps things. Every method may throw: private windows, full disks, blocked cookies. [AU2] */
export interface StoragePort {
  get(key: string): string | null
  set(key: string, value: string): void
  remove(key: string): void
}

/** What may happen to a page. `storage`: another tab wrote to the storage. */
export type PageEvent = 'visible' | 'hidden' | 'online' | 'offline' | 'pageshow' | 'pagehide' | 'freeze' | 'resume' | 'storage'

export interface PageLifecycle {
  isVisible(): boolean
  /** `navigator.onLine`: false is a hint, true means nothing. */
  isOnline(): boolean
  /** Returns the function that ends the listening. */
  onChange(listener: (event: PageEvent) => void): () => void
}

/** Everything the core takes from outside. One file reads the globals: `defaultEnvironment.ts`. */
export interface Environment {
  clock: Clock
  /** Uniform in [0, 1). */
  random(): number
  /** 128 random bits as 22 characters of base64url: fits the protocol's `ID_PATTERN`. */
  randomId(): string
  openSocket(url: string, protocols: string[]): WebSocketLike
  fetch: typeof fetch
  storage: StoragePort
  /** The readable cookies, as `document.cookie` gives them. May throw. */
  cookies(): string
  page: PageLifecycle
  /** The page's own origin, for instance `https://chat.example.com`; empty where there is no page. */
  origin: string
}
