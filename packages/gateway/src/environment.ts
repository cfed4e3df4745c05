import { randomBytes } from 'node:crypto'
import type { GatewayEnvironment } from './gateway.js'

/** The longest delay that a timer of Node's keeps; longer ones fire at once. */
const LONGEST_DELAY_MS = 2_147_483_647

/** The real clock, timers and chance of this process. Nothing else in this package reads them. */
export function defaultEnvironment(): GatewayEnvironment {
  return {
    now: () => Date.now(),
    setTimer(callback, delayMs) {
      const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), LONGEST_DELAY_MS))
      return { cancel: () => clearTimeout(timer) }
    },
    random: () => Math.random(),
    randomBytes: (length) => randomBytes(length),
  }
}
