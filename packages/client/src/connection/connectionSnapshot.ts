import type { ConnectionLabel, ConnectionSnapshot, TimelineEntry } from './connectionApi.js'
import { STATE_FACTS, type ConnectionModel, type ConnectionMoment } from './connectionState.js'
import { INITIAL_CONNECTION, isWanted } from './connectionSteps.js'

/** How many changes of state a tab remembers. */
export const TIMELINE_LENGTH = 50

export function labelOf(model: ConnectionModel, offline: boolean): ConnectionLabel {
  const { phase, attempt } = model
  // Wanted, but auth is not yet confirmed: it is about to connect.
  const label = phase.state === 'idle' && isWanted(model) ? 'Connecting' : STATE_FACTS[phase.state].label
  if (!/onnecting/.test(label)) return label
  return offline ? 'Offline' : attempt > 0 ? 'Reconnecting' : label
}

/** What everybody sees of the model at the moment `now`. The very same as `last` if nothing of it changed. */
export function snapshotOf(
  model: ConnectionModel,
  timeline: readonly TimelineEntry[],
  { now, offline }: Pick<ConnectionMoment, 'now' | 'offline'>,
  last: ConnectionSnapshot,
): ConnectionSnapshot {
  const { phase, attempt, error, roundTripMs, timerAt } = model
  const next: ConnectionSnapshot = {
    state: phase.state,
    label: labelOf(model, offline),
    error,
    attempt,
    retryInMs: phase.state === 'waiting' && timerAt !== null ? timerAt - now : null,
    readySinceMs: phase.state === 'ready' ? phase.readyAt : null,
    roundTripMs,
    timeline,
  }
  // How long it is yet changes all the time: that alone is no news.
  return (Object.keys(next) as (keyof ConnectionSnapshot)[]).every((key) => key === 'retryInMs' || next[key] === last[key]) ? last : next
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
