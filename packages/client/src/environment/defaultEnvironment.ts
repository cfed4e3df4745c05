import type { Environment, PageEvent, PageLifecycle, WebSocketLike } from './environment.js'

/**
 * The browser. The one file that reads globals, and it reads them when called, not when imported: a server that
 * renders may import everything.
 */
export function defaultEnvironment(): Environment {
  return {
    clock: {
      now: () => performance.now(),
      wallNow: () => Date.now(),
      setTimer(callback, delayMs) {
        const timer = setTimeout(callback, delayMs)
        return { cancel: () => clearTimeout(timer) }
      },
    },
    random: () => Math.random(),
    randomId,
    // The browser's handlers are typed to take a DOM event; ours take less.
    openSocket: (url, protocols) => new WebSocket(url, protocols) as unknown as WebSocketLike,
    fetch: (input, init) => fetch(input, init),
    storage: {
      get: (key) => localStorage.getItem(key),
      set: (key, value) => localStorage.setItem(key, value),
      remove: (key) => localStorage.removeItem(key),
    },
    cookies: () => document.cookie,
    page: browserPage(),
    origin: globalThis.location?.origin ?? '',
  }
}

/** `crypto.randomUUID` is missing on plain http; `getRandomValues` is everywhere. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .slice(0, 22)
}

const PAGE_EVENTS = 'visibilitychange freeze resume online offline pageshow pagehide storage'

function browserPage(): PageLifecycle {
  return {
    isVisible: () => document.visibilityState === 'visible',
    isOnline: () => navigator.onLine,
    onChange(listener) {
      const on = ({ type }: Event): void => listener(type === 'visibilitychange' ? document.visibilityState : (type as PageEvent))
      const listening = new AbortController()
      // Captured at the window: events of the document pass there too, whether they bubble or not.
      for (const type of PAGE_EVENTS.split(' ')) window.addEventListener(type, on, { capture: true, signal: listening.signal })
      return () => listening.abort()
    },
  }
}
