import { CLOSE, PEER_SILENCE_MS, SIGNED_OUT_REASONS, closeFacts } from '@symphainy/protocol'
import type { AnonymousReason } from '../auth/authApi.js'
import { createErrorFromCloseEvent } from '../errors/websocketErrorHandler.js'
import type { WebSocketError } from './connectionApi.js'
import { STATE_FACTS, type ConnectionModel, type Draft, type Phase, type Turn } from './connectionState.js'
import { RETRY, retryDelayMs } from './retryPolicy.js'

/** A platform drops a silent peer after `PEER_SILENCE_MS`; a little more covers the way of the last frame. */
const OURS_MS: number = PEER_SILENCE_MS + 5_000

/** The one way out of a state: its socket and its timer are gone, who used the socket is told, and late events are nobody's. */
export function enter(model: Draft, phase: Phase, { act }: Turn, timerAt: number | null = null, code: number = CLOSE.DONE, reason = ''): void {
  const { state } = model.phase
  if (STATE_FACTS[state].isActive) act({ type: 'closeSocket' })
  if (state === 'ready') act({ type: 'lost', code, reason })
  model.phase = phase
  model.timerAt = timerAt
  model.id++
}

export function isWanted({ mode, consumers }: ConnectionModel): boolean {
  return mode === 'on' || (mode === 'auto' && consumers > 0)
}

/** After a change of what is wanted or allowed: begins or ends. */
export function settle(model: Draft, turn: Turn): void {
  const { state } = model.phase
  if (state === 'signedOut') return
  if (isWanted(model)) {
    if (state === 'idle') begin(model, turn)
  } else if (state !== 'idle') {
    model.attempt = 0
    model.error = null
    enter(model, { state: 'idle' }, turn)
  }
}

/** Every attempt begins with a ticket. [CN5] Without a confirmed session there is none. [CN1] */
export function begin(model: Draft, turn: Turn): void {
  if (model.session === null) return
  enter(model, { state: 'ticketing' }, turn)
  turn.act({ type: 'askTicket', id: model.id, ifIdle: turn.now >= model.replacesUntil })
}

/** The next ticket may replace the connection that the platform serves: it is ours, or a person wants it here. */
export function claim(model: Draft, { now }: Turn): void {
  model.replacesUntil = now + OURS_MS
}

/** The next attempt, when its time comes: told, or by the formula. [CN7] */
export function retry(model: Draft, error: WebSocketError | null, turn: Turn, toldMs?: number): void {
  const delayMs = toldMs ?? retryDelayMs({ ...model, ...turn })
  model.attempt++
  model.error = error
  if (turn.visible) enter(model, { state: 'waiting', for: toldMs === undefined ? 'backOff' : 'told' }, turn, turn.now + delayMs)
  else enter(model, { state: 'paused' }, turn)
}

/** The attempt or the connection has failed: what its close code says is done. `toldMs`: when to retry, if it is retried. */
export function fail(model: Draft, code: number, reason: string, turn: Turn, toldMs?: number): void {
  const { reaction } = closeFacts(code)
  const error = createErrorFromCloseEvent({ code, reason })
  enter(model, { state: 'idle' }, turn, null, code, reason)
  // Only a close frame proves that the platform knows: otherwise it may go on serving the socket that we lost.
  if (code === 1006) claim(model, turn)
  if (reason === 'ticket_invalid' && reaction === 'validate') {
    // One new ticket, whose answer decides; a second in a row is the platform's trouble. [SE3]
    if (model.ticketFailed) return retry(model, createErrorFromCloseEvent({ code: CLOSE.INTERNAL }), turn)
    model.ticketFailed = true
    return begin(model, turn)
  }
  model.error = error
  switch (reaction) {
    case 'validate':
      // Waits for the one answer whether the session still holds. [SE3]
      enter(model, { state: 'waiting', for: 'validation' }, turn)
      return turn.act({ type: 'validate', id: model.id, because: (SIGNED_OUT_REASONS.find((known) => known === reason) ?? null) as AnonymousReason | null })
    case 'reject':
      enter(model, { state: 'signedOut' }, turn)
      turn.act({ type: 'reject', session: model.session ?? '' })
      model.session = null
      return
    case 'yield':
      model.mayBeOurs = false
      model.replacesUntil = 0
      return enter(model, { state: 'yielded' }, turn)
    case 'stop':
      return enter(model, { state: 'stopped' }, turn)
    case 'retrySlowly':
      model.attempt = Math.max(model.attempt, RETRY.slowAttempt)
  }
  retry(model, error, turn, toldMs)
}
