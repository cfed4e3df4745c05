import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAdmission, fullBucket, takeToken } from './tokenBucket.js'

describe('the token bucket', () => {
  it('[FR2] gives a burst, then one for each share of a second, and says how long to wait', () => {
    const rate = { perSecond: 5, burst: 10 }
    let bucket = fullBucket(rate, 0)
    for (let count = 0; count < 10; count += 1) {
      const taken = takeToken(bucket, rate, 0)
      expect(taken.waitMs).toBe(0)
      bucket = taken.bucket
    }
    expect(takeToken(bucket, rate, 0).waitMs).toBe(200)
    expect(takeToken(bucket, rate, 199).waitMs).toBeGreaterThan(0)
    expect(takeToken(bucket, rate, 200).waitMs).toBe(0)
  })

  it('[FR2] a clock that goes back gives nothing', () => {
    const rate = { perSecond: 1, burst: 1 }
    const { bucket } = takeToken(fullBucket(rate, 1_000), rate, 1_000)
    expect(takeToken(bucket, rate, 0).waitMs).toBeGreaterThan(0)
  })

  it('[CN5] admits R a second, and no two who are refused get the same slot within what clients wait', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.array(fc.nat(300), { minLength: 1, maxLength: 300 }), (perSecond, gaps) => {
        let now = 0
        let admitted = 0
        const admission = createAdmission({ perSecond, now: () => now, random: () => 0.5 })
        for (const gap of gaps) {
          now += gap
          const waitMs = admission.take()
          if (waitMs === 0) admitted += 1
          expect(waitMs).toBeLessThanOrEqual(30_001)
          expect(admitted).toBeLessThanOrEqual(perSecond + (now / 1_000) * perSecond + 1e-6)
        }
      }),
    )
    const slots = new Set<number>()
    const admission = createAdmission({ perSecond: 10, now: () => 0, random: () => 0.5 })
    for (let count = 0; count < 110; count += 1) slots.add(admission.take())
    expect(slots.size).toBe(101)
  })
})
