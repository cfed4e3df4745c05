import type { ConnectionLabel, ConnectionSnapshot, WebSocketError } from './connectionApi.js'
import { STATE_FACTS, type ConnectionModel } from './connectionState.js'
import { isWanted } from './connectionSteps.js'

/** How many changes of state a tab remembers. */
const TIMELINE_LENGTH = 50

export const INITIAL_SNAPSHOT: ConnectionSnapshot = {
  state: 'idle',
  label: 'Offline',
  error: null,
  attempt: 0,
  retryInMs: null,
  readySinceMs: null,
  roundTripMs: null,
  timeline: [],
}

export interface Sight {
  /** Monotonic milliseconds. */
  now: number
  /** Milliseconds since the Unix epoch. */
  wallTime: number
  offline: boolean
}

/** What everybody sees of the model. The very same as `last` if nothing of it changed. */
export function snapshotOf(model: ConnectionModel, { now, wallTime, offline }: Sight, last: ConnectionSnapshot): ConnectionSnapshot {
  const { phase, attempt, error, timerAt } = model
  const { state } = phase
  const ready = phase.state === 'ready' ? phase : null
  const next: ConnectionSnapshot = {
    state,
    label: labelOf(model, offline),
    error,
    attempt,
    retryInMs: state === 'waiting' && timerAt !== null ? timerAt - now : null,
    readySinceMs: ready && ready.readyAt,
    roundTripMs: ready && ready.roundTripMs,
    timeline:
      state === last.state && error === last.error
        ? last.timeline
        : [...last.timeline, { atMs: now, wallTime, state, detail: describe(error) ?? state }].slice(-TIMELINE_LENGTH),
  }
  // How long it is yet changes all the time: that alone is no news.
  return (Object.keys(next) as (keyof ConnectionSnapshot)[]).every((key) => key === 'retryInMs' || next[key] === last[key]) ? last : next
}

function labelOf(model: ConnectionModel, offline: boolean): ConnectionLabel {
  const { state } = model.phase
  // Wanted, but auth is not yet confirmed: it is about to connect.
  const label = state === 'idle' && isWanted(model) ? 'Connecting' : STATE_FACTS[state].label
  if (!/onnecting/.test(label)) return label
  return offline ? 'Offline' : model.attempt > 0 ? 'Reconnecting' : label
}

function describe(error: WebSocketError | null): string | undefined {
  return error?.code === undefined ? error?.message : `Closed with ${error.code}${error.reason ? ` (${error.reason})` : ''}: ${error.message}`
}
