import type { Bus, Hint } from '../ports/bus.js'

/** Hints within one process. Gateways that share one stand for the nodes of a cluster. */
export function createMemoryBus(): Bus {
  const listeners = new Set<(hint: Hint) => void>()
  return {
    async publish(hint) {
      // A listener hears it after the publisher's own step, as it would from another node.
      queueMicrotask(() => {
        for (const listener of [...listeners]) listener(structuredClone(hint))
      })
    },
    subscribe(listener) {
      // A wrapper, so that the same function subscribed twice is two subscriptions.
      const own = (hint: Hint): void => listener(hint)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
  }
}
