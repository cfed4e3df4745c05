/** How much may be done at once, and how long one more takes to come back, in milliseconds. */
export interface BucketSize {
  burst: number
  everyMs: number
}

interface Level {
  tokens: number
  at: number
}

/** Keys that are remembered; beyond that the one that was used longest ago is forgotten. */
const KEYS = 20_000

/** A token bucket a key. Time is handed in; nothing ticks. */
export class TokenBuckets {
  private readonly levels = new Map<string, Level>()

  constructor(private readonly size: BucketSize) {}

  /** How long until there is a token, in milliseconds; 0: there is one. */
  waitMs(key: string, now: number): number {
    const tokens = this.tokens(key, now)
    return tokens >= 1 ? 0 : Math.ceil((1 - tokens) * this.size.everyMs)
  }

  /** Whether nothing is missing, for instance because the key was never used. */
  isFull(key: string, now: number): boolean {
    return this.tokens(key, now) >= this.size.burst
  }

  /** Takes one token, into debt if there is none. */
  take(key: string, now: number): void {
    this.set(key, this.tokens(key, now) - 1, now)
  }

  giveBack(key: string, now: number): void {
    this.set(key, Math.min(this.size.burst, this.tokens(key, now) + 1), now)
  }

  forget(key: string): void {
    this.levels.delete(key)
  }

  private tokens(key: string, now: number): number {
    const level = this.levels.get(key)
    return level === undefined ? this.size.burst : Math.min(this.size.burst, level.tokens + Math.max(0, now - level.at) / this.size.everyMs)
  }

  private set(key: string, tokens: number, now: number): void {
    // Put at the end again: the first one is the one that was used longest ago.
    this.levels.delete(key)
    this.levels.set(key, { tokens, at: now })
    const oldest = this.levels.size > KEYS ? this.levels.keys().next().value : undefined
    if (oldest !== undefined) this.levels.delete(oldest)
  }
}
