/** Attempts in all, the first one counted. */
export const MAX_ATTEMPTS = 4
const BASE_MS = 500
const CAP_MS = 8_000
/** Whoever asks to wait longer is left alone: a person waits for this answer. */
const LONGEST_WAIT_MS = 30_000

/**
 * How long to wait before the next attempt, in milliseconds, or null to give up. Exponential with full jitter, drawn
 * after the clamp, so that many runs that failed together do not come back together; what the other side asks for
 * overrides the formula.
 *
 * @param attempt how many attempts have failed, from 1
 * @param random 0 ≤ x < 1
 */
export function retryDelayMs({ attempt, retryAfterMs, random }: { attempt: number; retryAfterMs: number | undefined; random: number }): number | null {
  if (attempt >= MAX_ATTEMPTS) return null
  if (retryAfterMs !== undefined) return retryAfterMs > LONGEST_WAIT_MS ? null : retryAfterMs
  return Math.floor(random * Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1)))
}

/** The `Retry-After` of a response in milliseconds: seconds or a date. [RFC 9110, 10.2.3] */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
