/** A clock that stands still until a test moves it. */
export interface VirtualClock {
  /** Milliseconds since the Unix epoch, by this clock. */
  now(): number
  setTimer(callback: () => void, delayMs: number): { cancel(): void }
  /** Moves on, running every timer that falls due at its own time and letting promises settle between them. */
  advance(byMs: number): Promise<void>
  /** Lets promises settle without moving. */
  settle(): Promise<void>
  /** How many timers wait. */
  readonly pending: number
}

interface Timer {
  at: number
  order: number
  callback: () => void
}

/** @param startAt milliseconds since the Unix epoch. @default 1_700_000_000_000 */
export function createVirtualClock(startAt = 1_700_000_000_000): VirtualClock {
  let time = startAt
  let made = 0
  const timers = new Set<Timer>()

  // A macrotask, so that every microtask of before has run, whatever its depth.
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

  const nextDue = (until: number): Timer | undefined => {
    let next: Timer | undefined
    for (const timer of timers) {
      if (timer.at <= until && (next === undefined || timer.at < next.at || (timer.at === next.at && timer.order < next.order))) next = timer
    }
    return next
  }

  return {
    now: () => time,
    setTimer(callback, delayMs) {
      const timer: Timer = { at: time + Math.max(0, delayMs), order: (made += 1), callback }
      timers.add(timer)
      return { cancel: () => void timers.delete(timer) }
    },
    settle,
    async advance(byMs) {
      const until = time + byMs
      await settle()
      for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
        timers.delete(timer)
        time = Math.max(time, timer.at)
        timer.callback()
        await settle()
      }
      time = until
    },
    get pending() {
      return timers.size
    },
  }
}
