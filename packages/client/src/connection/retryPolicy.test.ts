import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../testing.js'
import { RETRY, retryDelayMs } from './retryPolicy.js'

const facts = fc.record({
  attempt: fc.nat(10_000),
  windowMs: fc.nat(120_000),
  offline: fc.boolean(),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
})

describe('retryDelayMs', () => {
  it('[CN7] stays within its bounds for any attempt', () => {
    fc.assert(
      fc.property(facts, ({ attempt, windowMs, offline, random }) => {
        const bound = attempt === 0 ? windowMs : Math.min(offline ? RETRY.offlineCapMs : RETRY.capMs, RETRY.baseMs * 2 ** attempt)
        const delay = retryDelayMs({ attempt, windowMs, offline, random })
        expect(delay).toBeGreaterThanOrEqual(0)
        expect(delay).toBeLessThanOrEqual(bound)
      }),
    )
  })

  it('[CN7] draws the jitter after the clamp: the same fraction of every bound', () => {
    fc.assert(
      fc.property(facts, ({ attempt, windowMs, offline }) => {
        const most = retryDelayMs({ attempt, windowMs, offline, random: 1 })
        expect(retryDelayMs({ attempt, windowMs, offline, random: 0.25 })).toBeCloseTo(most / 4)
      }),
    )
  })

  it('[U4] of 10,000 clients that lost the same platform, at most 1.8 % come in any 100 ms once the back-off is at its cap', () => {
    const random = seededRandom(7)
    const buckets = new Map<number, number>()
    for (let client = 0; client < 10_000; client++) {
      const bucket = Math.floor(retryDelayMs({ attempt: 9, windowMs: 1_000, offline: false, random: random() }) / 100)
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1)
    }
    expect(Math.max(...buckets.values())).toBeLessThanOrEqual(180)
  })
})
