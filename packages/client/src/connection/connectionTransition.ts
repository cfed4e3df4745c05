import { CLOSE } from '@symphainy/protocol'
import { createErrorFromCloseEvent, createErrorFromError } from '../errors/websocketErrorHandler.js'
import { heartbeat, heard, greet, probe } from './connectionLife.js'
import { STATE_FACTS, type ConnectionEvent, type ConnectionModel, type ConnectionMoment, type ConnectionStep } from './connectionState.js'
import { INITIAL_CONNECTION, OPEN_TIMEOUT_MS, READY_TIMEOUT_MS, begin, isWanted, lose, rest, retry, settle, step, yieldOr } from './connectionSteps.js'
import { RETRY } from './retryPolicy.js'

/**
 * The whole of the connection: a model and an event give the next model and what is to be done. [CN1] to [CN7] [FR3] [SE3]
 * Pure. An event that does not concern the state, or comes from an earlier attempt, gives the very same model back.
 */
export function connectionTransition(model: ConnectionModel, event: ConnectionEvent, moment: ConnectionMoment): ConnectionStep {
  const { phase } = model
  const isOf = (id: number): boolean => 'id' in phase && phase.id === id
  switch (event.type) {
    case 'retain':
      return settle({ ...model, consumers: model.consumers + 1 }, moment)
    case 'release': {
      const consumers = model.consumers - 1
      return settle({ ...model, consumers, mode: consumers === 0 ? 'auto' : model.mode }, moment)
    }
    case 'connect': {
      const wanted: ConnectionModel = { ...model, mode: 'on' }
      if (phase.state === 'yielded') return begin({ ...wanted, takesOver: true, error: null }, moment)
      return phase.state === 'stopped' ? begin({ ...wanted, attempt: 0, error: null }, moment) : settle(wanted, moment)
    }
    case 'disconnect':
      return settle({ ...model, mode: 'off' }, moment)
    case 'reconnect':
      // While it is asked whether the session still holds, its credential is not presented again. [S3]
      return model.session === null || isValidating(model)
        ? step(model)
        : begin({ ...model, mode: isWanted(model) ? model.mode : 'on', takesOver: true }, moment)
    case 'auth':
      return authorised(model, event.session, event.anonymous, moment)
    case 'validated':
      // The session holds after all, or nobody can say: then it was the platform's trouble.
      return isValidating(model) && isOf(event.id)
        ? retry(model, { error: model.error ?? createErrorFromCloseEvent({ code: CLOSE.INTERNAL }) }, moment)
        : step(model)
    case 'ticket':
      if (phase.state !== 'ticketing' || !isOf(event.id)) return step(model)
      return step(
        { ...model, mayBeOurs: true, phase: { state: 'opening', id: event.id }, timerAt: moment.now + OPEN_TIMEOUT_MS },
        { type: 'openSocket', id: event.id, ticket: event.ticket },
      )
    case 'ticketRefused':
      if (phase.state !== 'ticketing' || !isOf(event.id)) return step(model)
      if (event.error.code === 'in_use') return yieldOr(model, createErrorFromCloseEvent({ code: CLOSE.REPLACED }), moment)
      return retry(model, { error: createErrorFromError(event.error), toldMs: event.error.retryAfterMs }, moment)
    case 'opened':
      if (phase.state !== 'opening' || !isOf(event.id)) return step(model)
      return step({ ...model, phase: { state: 'greeting', id: event.id }, timerAt: moment.now + READY_TIMEOUT_MS })
    case 'frame':
      if (phase.state === 'greeting' && isOf(event.id)) return greet(model, event.frame, moment)
      return phase.state === 'ready' && isOf(event.id) ? heard(model, phase, event.frame, moment) : step(model)
    case 'sent':
      return phase.state === 'ready' ? step({ ...model, phase: { ...phase, sentAt: moment.now } }) : step(model)
    case 'closed':
      return STATE_FACTS[phase.state].hasSocket && isOf(event.id) ? lose(model, event, moment) : step(model)
    case 'refreshed':
      return phase.state === 'ready' && isOf(event.id)
        ? step({ ...model, phase: { ...phase, sentAt: moment.now } }, { type: 'send', frame: { type: 'refreshed', ticket: event.ticket } })
        : step(model)
    case 'refreshFailed': {
      if (phase.state !== 'ready' || !isOf(event.id)) return step(model)
      const refreshAt = moment.now + (event.retryAfterMs ?? RETRY.baseMs * 5)
      return step({ ...model, phase: { ...phase, refreshAt }, timerAt: Math.min(model.timerAt ?? refreshAt, refreshAt) })
    }
    case 'page':
      return turned(model, event.event, moment)
    case 'timer':
      return fired(model, moment.now - (model.timerAt ?? moment.now), moment)
  }
}

/** A session came, went or is another one: nothing of the one before goes on, neither its socket nor its timer. [CN1] [CN7] */
function authorised(model: ConnectionModel, session: string | null, anonymous: boolean, moment: ConnectionMoment): ConnectionStep {
  const { phase, consumers, mode, serial, mayBeOurs } = model
  if (session === null) {
    const state = anonymous ? 'signedOut' : 'idle'
    if (phase.state === state && model.session === null) return step(model)
    // Why the socket was refused outlives the session that it ended.
    const error = anonymous && model.error?.type === 'auth' ? model.error : null
    return rest({ ...INITIAL_CONNECTION, phase, consumers, mode, serial, mayBeOurs, error }, state)
  }
  if (session === model.session) return step(model)
  const cleared = rest({ ...INITIAL_CONNECTION, phase, consumers, mode, serial, mayBeOurs, session }, 'idle')
  const next = settle(cleared.state, moment)
  return step(next.state, ...cleared.effects, ...next.effects)
}

/** The page or the network changed. */
function turned(model: ConnectionModel, event: string, moment: ConnectionMoment): ConnectionStep {
  const { phase } = model
  if (event === 'pagehide' || event === 'freeze')
    return STATE_FACTS[phase.state].pauses && !isValidating(model) ? rest({ ...model, oursUntil: 0 }, 'paused') : step(model)
  if (event === 'hidden' || event === 'offline' || event === 'storage') return step(model)
  switch (phase.state) {
    case 'ready':
      return probe(model, phase, moment)
    case 'paused':
    // Perhaps the other tab is gone: asks, and takes nothing over.
    case 'yielded':
      return moment.visible ? begin(model, moment) : step(model)
    case 'waiting':
      if (phase.for !== 'backOff') return step(model)
      // All who lost the same network come back together: within a second, not at once.
      if (event === 'online') return step({ ...model, timerAt: Math.min(model.timerAt ?? Infinity, moment.now + moment.random * RETRY.onlineWindowMs) })
      return moment.visible ? begin(model, moment) : step(model)
    default:
      return step(model)
  }
}

function isValidating({ phase }: ConnectionModel): boolean {
  return phase.state === 'waiting' && phase.for === 'validation'
}

/** The timer of the state is due, by `lateMs`. */
function fired(model: ConnectionModel, lateMs: number, moment: ConnectionMoment): ConnectionStep {
  const { phase } = model
  switch (phase.state) {
    case 'opening':
    case 'greeting':
      // Given up: replaced without waiting for its close. [CN6]
      return lose(model, { code: 1006, reason: '' }, moment)
    case 'waiting':
      return moment.visible ? begin(model, moment) : rest(model, 'paused')
    case 'ready':
      return heartbeat(model, phase, lateMs, moment)
    default:
      return step(model)
  }
}
