import type { ConnectionLabel, ConnectionSnapshot, WebSocketError } from './connectionApi.js'
import { INITIAL_CONNECTION, LABELS, type ConnectionModel } from './connectionState.js'
import { isWanted } from './connectionSteps.js'

/** How many changes of state a tab remembers. */
const TIMELINE_LENGTH = 50

/** What a snapshot takes from the one before. */
type Past = Pick<ConnectionSnapshot, 'state' | 'error' | 'timeline'> & Partial<ConnectionSnapshot>

/** What everybody sees of the model. The very same as `last` if nothing of it changed. `wallTime`: milliseconds since the Unix epoch. */
export function snapshotOf(model: ConnectionModel, wallTime: number, last: Past): ConnectionSnapshot {
  const { phase, life, attempt, error, timerAt, now } = model
  const state = phase === 'told' || phase === 'validating' ? 'waiting' : phase
  const next: ConnectionSnapshot = {
    state,
    label: labelOf(model),
    error,
    attempt,
    retryInMs: state === 'waiting' ? timerAt && timerAt - now : null,
    readySinceMs: life && life.readyAt,
    roundTripMs: life && life.roundTripMs,
    timeline:
      state === last.state && error === last.error
        ? last.timeline
        : [...last.timeline, { atMs: now, wallTime, state, detail: error ? describe(error) : state }].slice(-TIMELINE_LENGTH),
  }
  // How long it is yet changes all the time: that alone is no news.
  return (Object.keys(next) as (keyof ConnectionSnapshot)[]).every((key) => key === 'retryInMs' || next[key] === last[key])
    ? (last as ConnectionSnapshot)
    : next
}

function labelOf(model: ConnectionModel): ConnectionLabel {
  const { phase, offline, attempt } = model
  // Wanted, but auth is not yet confirmed: it is about to connect.
  const label = phase === 'idle' && isWanted(model) ? 'Connecting' : LABELS[phase]
  if (!/onnecting/.test(label)) return label
  return offline ? 'Offline' : attempt ? 'Reconnecting' : label
}

function describe({ code, reason, message }: WebSocketError): string {
  return code === undefined ? message : `Closed with ${code}${reason ? ` (${reason})` : ''}: ${message}`
}

export const INITIAL_SNAPSHOT: ConnectionSnapshot = snapshotOf(INITIAL_CONNECTION, 0, { state: 'idle', error: null, timeline: [] })
