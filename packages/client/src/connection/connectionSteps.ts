import { CLOSE, DEFAULT_HEARTBEAT_MS, PEER_SILENCE_MS, SIGNED_OUT_REASONS, closeFacts, type SignedOutReason } from '@symphainy/protocol'
import { createErrorFromCloseEvent } from '../errors/websocketErrorHandler.js'
import type { WebSocketError } from './connectionApi.js'
import { STATE_FACTS, type ConnectionEffect, type ConnectionModel, type ConnectionMoment, type ConnectionStep, type Phase } from './connectionState.js'
import { RETRY, retryDelayMs } from './retryPolicy.js'

/** [CN6] How long an attempt may take, in milliseconds. */
export const OPEN_TIMEOUT_MS = 8_000
export const READY_TIMEOUT_MS = 5_000
/** A platform drops a silent peer after `PEER_SILENCE_MS`; a little more covers the way of the last frame. */
const OURS_MS: number = PEER_SILENCE_MS + 5_000
/** How soon it is asked once more, when `in_use` may be about a socket of our own. */
const ASK_AGAIN_MS = 1_000

export const INITIAL_CONNECTION: ConnectionModel = {
  phase: { state: 'idle' },
  session: null,
  consumers: 0,
  mode: 'auto',
  serial: 0,
  attempt: 0,
  windowMs: RETRY.windowMs,
  heartbeatMs: DEFAULT_HEARTBEAT_MS,
  takesOver: false,
  oursUntil: 0,
  mayBeOurs: true,
  ticketFailed: false,
  error: null,
  roundTripMs: null,
  timerAt: null,
}

export function step(model: ConnectionModel, ...effects: ConnectionEffect[]): ConnectionStep {
  return { state: model, effects }
}

/** Into a state that waits for nothing but an event; the timer of the one before is gone. */
export function rest(model: ConnectionModel, state: 'idle' | 'paused' | 'yielded' | 'stopped' | 'signedOut', ...effects: ConnectionEffect[]): ConnectionStep {
  return step({ ...model, phase: { state }, timerAt: null }, ...release(model.phase), ...effects)
}

/** What leaving a state costs: its socket, and the word to those who used it. */
function release({ state }: Phase, code: number = CLOSE.DONE, reason = ''): ConnectionEffect[] {
  const effects: ConnectionEffect[] = []
  if (STATE_FACTS[state].hasSocket) effects.push({ type: 'closeSocket' })
  if (state === 'ready') effects.push({ type: 'lost', code, reason })
  return effects
}

export function isWanted({ mode, consumers }: ConnectionModel): boolean {
  return mode === 'on' || (mode === 'auto' && consumers > 0)
}

/** After a change of what is wanted or allowed: begins or ends. */
export function settle(model: ConnectionModel, moment: ConnectionMoment): ConnectionStep {
  const { state } = model.phase
  if (state === 'signedOut') return step(model)
  if (!isWanted(model)) return state === 'idle' ? step(model) : rest({ ...model, attempt: 0, takesOver: false, error: null }, 'idle')
  return state === 'idle' ? begin(model, moment) : step(model)
}

/** Every attempt begins with a ticket. [CN5] Without a confirmed session there is none. [CN1] */
export function begin(model: ConnectionModel, { now }: ConnectionMoment): ConnectionStep {
  if (model.session === null) return step(model)
  const id = model.serial + 1
  const ifIdle = !model.takesOver && now >= model.oursUntil
  return step({ ...model, phase: { state: 'ticketing', id }, serial: id, timerAt: null }, ...release(model.phase), { type: 'askTicket', id, ifIdle })
}

export interface RetryCause {
  error: WebSocketError
  /** The platform told the time. */
  toldMs?: number | undefined
  /** The cause is here, and nobody else's: at once. */
  local?: boolean
}

/** The next attempt, when its time comes. [CN7] */
export function retry(model: ConnectionModel, { error, toldMs, local = false }: RetryCause, moment: ConnectionMoment): ConnectionStep {
  const { now, random, visible, offline } = moment
  const { attempt, windowMs } = model
  const next: ConnectionModel = { ...model, attempt: attempt + 1, error }
  if (!visible) return rest(next, 'paused')
  if (local) return begin(next, moment)
  const id = model.serial + 1
  const delay = toldMs ?? retryDelayMs({ attempt, windowMs, offline, random })
  return step(
    { ...next, phase: { state: 'waiting', id, for: toldMs === undefined ? 'backOff' : 'told' }, serial: id, timerAt: now + delay },
    ...release(model.phase),
  )
}

/** Waits for the one answer whether the session still holds. [SE3] */
export function validate(model: ConnectionModel, error: WebSocketError, reason: string): ConnectionStep {
  const id = model.serial + 1
  const because =
    SIGNED_OUT_REASONS.includes(reason as SignedOutReason) && reason !== 'ticket_invalid' ? (reason as Exclude<SignedOutReason, 'ticket_invalid'>) : null
  return step({ ...model, phase: { state: 'waiting', id, for: 'validation' }, serial: id, timerAt: null, error }, ...release(model.phase), {
    type: 'validate',
    id,
    because,
  })
}

export function yieldOr(model: ConnectionModel, error: WebSocketError, { now }: ConnectionMoment): ConnectionStep {
  if (!model.mayBeOurs) return rest({ ...model, error }, 'yielded')
  const id = model.serial + 1
  return step({ ...model, mayBeOurs: false, phase: { state: 'waiting', id, for: 'told' }, serial: id, timerAt: now + ASK_AGAIN_MS })
}

export interface Loss {
  code: number
  reason: string
  /** We gave it up after a wake: the next attempt is at once. */
  local?: boolean
}

/** The socket of this state is gone or given up: what its close code says is done. */
export function lose(model: ConnectionModel, { code, reason, local }: Loss, moment: ConnectionMoment): ConnectionStep {
  const { phase } = model
  const { reaction } = closeFacts(code)
  const error = createErrorFromCloseEvent({ code, reason })
  const wasStable = phase.state === 'ready' && moment.now - phase.readyAt >= RETRY.stableMs
  const gone: ConnectionModel = {
    ...model,
    phase: { state: 'idle' },
    timerAt: null,
    attempt: wasStable ? 0 : model.attempt,
    // Only a close frame proves that the platform knows: otherwise it may go on serving the socket that we lost.
    oursUntil: code === 1006 ? moment.now + OURS_MS : 0,
    roundTripMs: null,
  }
  const next = afterClose()
  return step(next.state, ...release(phase, code, reason), ...next.effects)

  function afterClose(): ConnectionStep {
    switch (reaction) {
      case 'retry':
      case 'retryAfterMarking':
        return retry(gone, { error, ...(local ? { local } : {}) }, moment)
      case 'retrySlowly':
        return retry({ ...gone, attempt: Math.max(gone.attempt, RETRY.slowAttempt) }, { error }, moment)
      case 'validate':
        if (reason !== 'ticket_invalid') return validate(gone, error, reason)
        // One new ticket, whose answer decides; a second in a row is the platform's trouble. [SE3]
        if (!model.ticketFailed) return begin({ ...gone, ticketFailed: true }, moment)
        return retry(gone, { error: createErrorFromCloseEvent({ code: CLOSE.INTERNAL }) }, moment)
      case 'reject':
        return rest({ ...gone, session: null, error }, 'signedOut', { type: 'reject', session: model.session ?? '' })
      case 'yield':
        return rest({ ...gone, mayBeOurs: false, takesOver: false, error }, 'yielded')
      case 'stop':
        return rest({ ...gone, error }, 'stopped')
    }
  }
}
