import type { Clock, Timer } from '../environment/environment.js'

interface Pending {
  at: number
  order: number
  callback: () => void
}

/** Time that stands still until a test moves it. Timers of the same millisecond fire in the order in which they were set. */
export class VirtualClock implements Clock {
  #now = 0
  #order = 0
  #wallOffset: number
  readonly #timers = new Set<Pending>()

  /** @param wallTime what the wall clock shows at the start, in milliseconds since the Unix epoch */
  constructor(wallTime = 1_700_000_000_000) {
    this.#wallOffset = wallTime
  }

  now(): number {
    return this.#now
  }

  wallNow(): number {
    return this.#wallOffset + this.#now
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    const timer: Pending = { at: this.#now + Math.max(0, delayMs), order: this.#order++, callback }
    this.#timers.add(timer)
    return { cancel: () => this.#timers.delete(timer) }
  }

  /** How many timers are set: none is left behind by what was disposed. */
  get pendingTimers(): number {
    return this.#timers.size
  }

  /** When the next timer is due, or null. */
  get nextAt(): number | null {
    return this.#next()?.at ?? null
  }

  /** Moves time on, fires what is due at its own millisecond, and lets promises settle in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await settled()
    for (let timer = this.#next(); timer !== undefined && timer.at <= end; timer = this.#next()) {
      this.#now = Math.max(this.#now, timer.at)
      this.#timers.delete(timer)
      timer.callback()
      await settled()
    }
    this.#now = end
  }

  /** The machine slept: time has passed and every timer in between is late. */
  async sleep(ms: number): Promise<void> {
    this.#now += ms
    await this.advance(0)
  }

  /** The wall clock is put right or wrong; the monotonic clock does not notice. [U7] */
  shiftWallClock(ms: number): void {
    this.#wallOffset += ms
  }

  #next(): Pending | undefined {
    let first: Pending | undefined
    for (const timer of this.#timers) if (first === undefined || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer
    return first
  }
}

/** Lets chains of promises run to their end. No chain of the core is longer. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 60; i++) await Promise.resolve()
}
