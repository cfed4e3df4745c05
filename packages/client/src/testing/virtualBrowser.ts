import type { Environment, PageEvent, StoragePort, WebSocketLike } from '../environment/environment.js'
import type { VirtualClock } from './virtualClock.js'

/** What stands behind a browser's network: a platform, or a test's own. */
export interface VirtualNetwork {
  fetch(browser: VirtualBrowser, input: string, init: RequestInit): Promise<Response>
  openSocket(browser: VirtualBrowser, url: string, protocols: string[]): WebSocketLike
}

/** A page of a browser: its environment, and what a test may do to it. */
export interface VirtualTab {
  environment: Environment
  hide(): void
  show(): void
  goOffline(): void
  goOnline(): void
  /** Fires a page event as it is. */
  emit(event: PageEvent): void
}

export interface VirtualBrowserOptions {
  clock: VirtualClock
  network: VirtualNetwork
  /** @default 1 */
  seed?: number
  /** @default 'https://chat.example' */
  origin?: string
}

/** One browser profile: its tabs share storage and cookies. */
export class VirtualBrowser {
  readonly clock: VirtualClock
  readonly values: Map<string, string> = new Map()
  readonly cookies: Map<string, { value: string; httpOnly: boolean }> = new Map()
  /** Storage and readable cookies throw, as in a browser that blocks them. */
  blocksStorage = false
  readonly #network: VirtualNetwork
  readonly #origin: string
  readonly #random: () => number
  readonly #storageListeners = new Set<() => void>()

  constructor({ clock, network, seed = 1, origin = 'https://chat.example' }: VirtualBrowserOptions) {
    this.clock = clock
    this.#network = network
    this.#origin = origin
    this.#random = seededRandom(seed)
  }

  tab(): VirtualTab {
    const listeners = new Set<(event: PageEvent) => void>()
    let visible = true
    let online = true
    const emit = (event: PageEvent): void => {
      for (const listener of [...listeners]) listener(event)
    }
    const onStorage = (): void => emit('storage')
    this.#storageListeners.add(onStorage)
    const environment: Environment = {
      clock: this.clock,
      random: this.#random,
      randomId: () =>
        Array.from({ length: 22 }, () => 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[Math.floor(this.#random() * 64)]).join(''),
      openSocket: (url, protocols) => this.#network.openSocket(this, url, protocols),
      fetch: (input, init) => this.#network.fetch(this, String(input), init ?? {}),
      storage: this.#storage(onStorage),
      cookies: () => {
        this.#guard()
        return [...this.cookies]
          .filter(([, { httpOnly }]) => !httpOnly)
          .map(([name, { value }]) => `${name}=${value}`)
          .join('; ')
      },
      page: {
        isVisible: () => visible,
        isOnline: () => online,
        onChange(listener) {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
      },
      origin: this.#origin,
    }
    return {
      environment,
      emit,
      hide() {
        visible = false
        emit('hidden')
      },
      show() {
        visible = true
        emit('visible')
      },
      goOffline() {
        online = false
        emit('offline')
      },
      goOnline() {
        online = true
        emit('online')
      },
    }
  }

  #guard(): void {
    if (this.blocksStorage) throw new Error('the storage is blocked')
  }

  /** As in browsers, the tab that writes hears nothing of it. */
  #storage(own: () => void): StoragePort {
    const tellOthers = (): void => {
      for (const listener of [...this.#storageListeners]) if (listener !== own) listener()
    }
    return {
      get: (key) => {
        this.#guard()
        return this.values.get(key) ?? null
      },
      set: (key, value) => {
        this.#guard()
        if (this.values.get(key) === value) return
        this.values.set(key, value)
        tellOthers()
      },
      remove: (key) => {
        this.#guard()
        if (this.values.delete(key)) tellOthers()
      },
    }
  }
}

/** Mulberry32: small, and the same numbers for the same seed everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
