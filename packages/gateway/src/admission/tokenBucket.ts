/** A bucket of tokens at one moment. */
export interface Bucket {
  tokens: number
  /** When `tokens` was true, in milliseconds. */
  at: number
}

export interface BucketRate {
  perSecond: number
  /** How many tokens it holds at most. */
  burst: number
}

export const fullBucket = ({ burst }: BucketRate, now: number): Bucket => ({ tokens: burst, at: now })

/** Takes one token. Pure: gives the bucket after it, and how long to wait if there was none (0: taken). */
export function takeToken({ tokens, at }: Bucket, { perSecond, burst }: BucketRate, now: number): { bucket: Bucket; waitMs: number } {
  const held = Math.min(burst, tokens + (Math.max(0, now - at) / 1_000) * perSecond)
  if (held >= 1) return { bucket: { tokens: held - 1, at: now }, waitMs: 0 }
  return { bucket: { tokens: held, at: now }, waitMs: Math.ceil(((1 - held) / perSecond) * 1_000) }
}

export interface Admission {
  /** 0: come in. Otherwise a slot of the caller's own, in milliseconds from now. */
  take(): number
}

/** Slots are given so far ahead at most: nobody waits longer than a client does. */
const FARTHEST_SLOT_MS = 30_000

/** [CN5] Admits so many a second, with a burst of one second; each one above that gets a slot of its own. */
export function createAdmission({ perSecond, now, random }: { perSecond: number; now: () => number; random: () => number }): Admission {
  const rate = { perSecond, burst: perSecond }
  let bucket = fullBucket(rate, now())
  let lastSlot = 0
  return {
    take() {
      const taken = takeToken(bucket, rate, now())
      bucket = taken.bucket
      if (taken.waitMs === 0) return 0
      lastSlot = Math.max(lastSlot + 1_000 / perSecond, now() + taken.waitMs)
      // Beyond the farthest slot they are spread over the whole time, and get another when they come.
      if (lastSlot - now() > FARTHEST_SLOT_MS) {
        lastSlot = now() + FARTHEST_SLOT_MS
        return Math.ceil(FARTHEST_SLOT_MS * random()) + 1
      }
      return Math.ceil(lastSlot - now())
    },
  }
}
