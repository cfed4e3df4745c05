import type { Clock, Timer } from './environment.js'

/** A state of a machine: it says when it wants to be woken, on the monotonic clock. */
interface Timed {
  readonly timerAt: number | null
}

export interface Machine<State, Event> {
  state(): State
  dispatch(event: Event): void
}

/**
 * Keeps a machine's state and its one timer. A state's timer dies with the wish for it: none that was set for an
 * earlier state ever fires.
 * @param decide the pure transition, with what is the case now
 * @param act performs the effects; the state has changed already
 */
export function createMachine<State extends Timed, Event, Effect>(
  clock: Clock,
  initial: State,
  decide: (state: State, event: Event | { type: 'timer' }) => { readonly state: State; readonly effects: readonly Effect[] },
  act: (effects: readonly Effect[], before: State) => void,
): Machine<State, Event> {
  let state = initial
  let timer: Timer | null = null
  let armedFor: number | null = null

  function arm(at: number): void {
    timer = clock.setTimer(
      () => {
        // Browsers cut fractions of a millisecond off, and may be early by as much.
        if (clock.now() < at) return arm(at)
        // Who wishes for the very same moment again, at once, is woken again.
        armedFor = null
        dispatch({ type: 'timer' })
      },
      // They count in 31 bits, and a longer one fires at once: it is set anew on the way.
      Math.min(Math.ceil(at - clock.now()), 2 ** 31 - 1),
    )
  }

  function dispatch(event: Event | { type: 'timer' }): void {
    const before = state
    const step = decide(before, event)
    state = step.state
    if (state.timerAt !== armedFor) {
      timer?.cancel()
      armedFor = state.timerAt
      if (armedFor !== null) arm(armedFor)
    }
    act(step.effects, before)
  }

  return { state: () => state, dispatch }
}

/** Adds a listener, and gives the function that removes it. */
export function addTo<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
