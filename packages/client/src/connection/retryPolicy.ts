/** [CN7] The numbers of the retry policy, in milliseconds. */
export const RETRY = {
  /** The window of the first retry when the platform told none. */
  windowMs: 1_000,
  baseMs: 1_000,
  capMs: 15_000,
  /** The cap while the browser says that it is offline. */
  offlineCapMs: 60_000,
} as const

export interface RetryFacts {
  /** Attempts that failed since the last stable connection. */
  attempt: number
  /** The window of the first retry, as the platform told it. */
  windowMs: number
  /** The browser says that it is offline. */
  offline: boolean
  /** Uniform in [0, 1). */
  random: number
}

/**
 * How long to wait before the next attempt: full jitter, drawn after the clamp, so that many clients that lost the
 * same platform spread evenly. [CN7] [U4] Never gives up. [U5]
 */
export function retryDelayMs({ attempt, windowMs, offline, random }: RetryFacts): number {
  const cap = offline ? RETRY.offlineCapMs : RETRY.capMs
  return random * (attempt === 0 ? windowMs : Math.min(cap, RETRY.baseMs * 2 ** attempt))
}
