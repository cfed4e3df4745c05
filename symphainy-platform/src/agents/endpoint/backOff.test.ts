import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_ATTEMPTS, parseRetryAfter, retryDelayMs } from './backOff.js'

describe('retryDelayMs', () => {
  it('[U4] spreads over the whole of a growing window', () => {
    const delays = (random: number): (number | null)[] => [1, 2, 3, 4].map((attempt) => retryDelayMs({ attempt, retryAfterMs: undefined, random }))
    expect(delays(0)).toEqual([0, 0, 0, null])
    expect(delays(0.5)).toEqual([250, 500, 1000, null])
  })

  it('does as it is told, within what a person waits', () => {
    expect(retryDelayMs({ attempt: 1, retryAfterMs: 12_000, random: 0 })).toBe(12_000)
    expect(retryDelayMs({ attempt: 1, retryAfterMs: 60_000, random: 0 })).toBeNull()
    expect(retryDelayMs({ attempt: MAX_ATTEMPTS, retryAfterMs: 1, random: 0 })).toBeNull()
  })

  it('is never negative nor above 8 s by itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.double({ min: 0, max: 0.999_999, noNaN: true }), (attempt, random) => {
        const delay = retryDelayMs({ attempt, retryAfterMs: undefined, random })
        expect(delay).toBeGreaterThanOrEqual(0)
        expect(delay).toBeLessThanOrEqual(8_000)
      }),
    )
  })
})

describe('parseRetryAfter', () => {
  it('reads seconds and dates, and nothing else', () => {
    const now = Date.parse('2026-01-01T00:00:00Z')
    expect(parseRetryAfter('120', now)).toBe(120_000)
    expect(parseRetryAfter('Thu, 01 Jan 2026 00:00:05 GMT', now)).toBe(5_000)
    expect(parseRetryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0)
    expect(parseRetryAfter('soon', now)).toBeUndefined()
    expect(parseRetryAfter(null, now)).toBeUndefined()
  })
})
