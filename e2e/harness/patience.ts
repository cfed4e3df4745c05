import { setTimeout as delay } from 'node:timers/promises'

const LOOK_EVERY_MS = 20
const LIMIT_MS = 10_000

/**
 * Looks again until what is seen satisfies. Says at the end what was seen last: the reason is in the error, not in a guess.
 * Works outside of tests too.
 */
export async function until<T>(what: string, look: () => Promise<T> | T, satisfies: (seen: T) => boolean, limitMs: number = LIMIT_MS): Promise<T> {
  const end = performance.now() + limitMs
  for (;;) {
    const seen = await look()
    if (satisfies(seen)) return seen
    if (performance.now() > end) throw new Error(`waited ${limitMs} ms for ${what}; last seen: ${JSON.stringify(seen)}`)
    await delay(LOOK_EVERY_MS)
  }
}
