/** Time, chance and the network, handed in; `defaultAgentEnvironment` reads the real ones. */
export interface AgentEnvironment {
  /** Milliseconds since the Unix epoch. */
  now(): number
  setTimer(callback: () => void, delayMs: number): { cancel(): void }
  /** 0 ≤ x < 1 */
  random(): number
  fetch: typeof fetch
}

export const defaultAgentEnvironment: AgentEnvironment = {
  now: () => Date.now(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs)
    return { cancel: () => clearTimeout(timer) }
  },
  random: () => Math.random(),
  fetch: (input, init) => fetch(input, init),
}

/** Resolves after the delay, or at once when the signal aborts: whoever waits looks at the signal next. */
export function pause(environment: Pick<AgentEnvironment, 'setTimer'>, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = (): void => {
      timer.cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = environment.setTimer(done, delayMs)
    signal.addEventListener('abort', done, { once: true })
  })
}
