import type { ConnectionLabel, ConnectionSnapshot, TimelineEntry } from './connectionApi.js'
import { STATE_FACTS, type ConnectionModel } from './connectionState.js'
import { INITIAL_CONNECTION, isWanted } from './connectionSteps.js'

/** How many changes of state a tab remembers. */
export const TIMELINE_LENGTH = 50

export function labelOf(model: ConnectionModel): ConnectionLabel {
  const { phase, attempt, wasReady, offline } = model
  const { label } = STATE_FACTS[phase.state]
  if (offline && (label === 'Connecting' || label === 'Reconnecting')) return 'Offline'
  // Wanted, but auth is not yet confirmed: it is about to connect.
  if (phase.state === 'idle') return isWanted(model) ? 'Connecting' : label
  return label === 'Connecting' && (wasReady || attempt > 0) ? 'Reconnecting' : label
}

/** What everybody sees of the model at the moment `now`. The very same as `last` if nothing of it changed. */
export function snapshotOf(model: ConnectionModel, timeline: readonly TimelineEntry[], now: number, last: ConnectionSnapshot): ConnectionSnapshot {
  const { phase, attempt, error, roundTripMs, timerAt } = model
  const label = labelOf(model)
  const readySinceMs = phase.state === 'ready' ? phase.readyAt : null
  const isSame =
    last.timeline === timeline && last.state === phase.state && last.label === label && last.error === error && last.attempt === attempt && last.roundTripMs === roundTripMs && last.readySinceMs === readySinceMs
  if (isSame) return last
  return { state: phase.state, label, error, attempt, retryInMs: phase.state === 'waiting' && timerAt !== null ? timerAt - now : null, readySinceMs, roundTripMs, timeline }
}

export const INITIAL_SNAPSHOT: ConnectionSnapshot = {
  state: INITIAL_CONNECTION.phase.state,
  label: 'Offline',
  error: null,
  attempt: 0,
  retryInMs: null,
  readySinceMs: null,
  roundTripMs: null,
  timeline: [],
}
