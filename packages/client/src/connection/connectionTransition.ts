import { CLOSE } from '@symphainy/protocol'
import type { PageEvent } from '../environment/environment.js'
import { createErrorFromError } from '../errors/websocketErrorHandler.js'
import { heard, heartbeat, ping, say, watch } from './connectionLife.js'
import {
  STATE_FACTS,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionModel,
  type ConnectionMoment,
  type ConnectionStep,
  type Draft,
  type Turn,
} from './connectionState.js'
import { begin, claim, enter, fail, retry, settle } from './connectionSteps.js'
import { RETRY } from './retryPolicy.js'

/** [CN6] How long an attempt may take, in milliseconds. */
const OPEN_TIMEOUT_MS = 8_000
const READY_TIMEOUT_MS = 5_000
/** How soon it is asked once more, when `in_use` may be about a socket of our own. */
const ASK_AGAIN_MS = 1_000
/** When a failed refresh is tried again, unless the platform tells. [SE1] */
const REFRESH_AGAIN_MS = 5_000

/**
 * The whole of the connection: a model and an event give the next model and what is to be done. [CN1] to [CN7] [FR3] [SE3]
 * Pure: the steps change a copy.
 */
export function connectionTransition(before: ConnectionModel, event: ConnectionEvent, moment: ConnectionMoment): ConnectionStep {
  const effects: ConnectionEffect[] = []
  const model: Draft = { ...before, phase: { ...before.phase } }
  const turn: Turn = { ...moment, act: (effect) => effects.push(effect) }
  if (!('id' in event) || event.id === model.id) decide(model, event, turn)
  if (model.phase.state === 'ready') watch(model, model.phase, turn)
  return { state: model, effects }
}

function decide(model: Draft, event: ConnectionEvent, turn: Turn): void {
  const { phase } = model
  const { state } = phase
  switch (event.type) {
    case 'retain':
      model.consumers++
      return settle(model, turn)
    case 'release':
      if (--model.consumers === 0) model.mode = 'auto'
      return settle(model, turn)
    case 'disconnect':
      model.mode = 'off'
      return settle(model, turn)
    case 'connect':
      model.mode = 'on'
      return state === 'yielded' || state === 'stopped' ? insist(model, turn) : settle(model, turn)
    case 'reconnect':
      return insist(model, turn)
    case 'auth':
      return authorised(model, event.session, event.anonymous, turn)
    case 'validated':
      // The session holds after all, or nobody can say: then it was the platform's trouble.
      return retry(model, model.error, turn)
    case 'ticket':
      model.phase = { state: 'opening' }
      model.timerAt = turn.now + OPEN_TIMEOUT_MS
      model.mayBeOurs = true
      return turn.act({ type: 'openSocket', id: model.id, ticket: event.ticket })
    case 'ticketRefused': {
      const { error } = event
      if (error.code !== 'in_use') return retry(model, createErrorFromError(error), turn, error.retryAfterMs)
      if (!model.mayBeOurs) return fail(model, CLOSE.REPLACED, '', turn)
      model.mayBeOurs = false
      return enter(model, { state: 'waiting', for: 'told' }, turn, turn.now + ASK_AGAIN_MS)
    }
    case 'opened':
      model.phase = { state: 'greeting' }
      model.timerAt = turn.now + READY_TIMEOUT_MS
      return
    case 'frame':
      return heard(model, event.frame, turn)
    case 'send':
      if (phase.state === 'ready') say(phase, event.frame, turn)
      return
    case 'closed':
      return fail(model, event.code, event.reason, turn)
    case 'refreshFailed':
      if (phase.state === 'ready') phase.refreshAt = turn.now + (event.retryAfterMs ?? REFRESH_AGAIN_MS)
      return
    case 'page':
      return turned(model, event.event, turn)
    case 'timer':
      if (phase.state === 'ready') return heartbeat(model, phase, turn)
      // An attempt that takes too long is given up, and replaced without waiting for its close. [CN6]
      if (phase.state !== 'waiting') return fail(model, 1006, '', turn)
      return turn.visible ? begin(model, turn) : enter(model, { state: 'paused' }, turn)
  }
}

/** A person wants it here and now. */
function insist(model: Draft, turn: Turn): void {
  // While it is asked whether the session still holds, its credential is not presented again. [S3]
  if (model.session === null || isValidating(model)) return
  model.mode = 'on'
  model.error = null
  claim(model, turn)
  begin(model, turn)
}

/** A session came, went or is another one: nothing of the one before goes on, neither its socket nor its timer. [CN1] [CN7] */
function authorised(model: Draft, session: string | null, anonymous: boolean, turn: Turn): void {
  const state = anonymous ? 'signedOut' : 'idle'
  if (session === model.session && (session !== null || state === model.phase.state)) return
  model.session = session
  model.attempt = model.replacesUntil = 0
  model.ticketFailed = false
  // Why the socket was refused outlives the session that it ended.
  if (!anonymous || model.error?.type !== 'auth') model.error = null
  enter(model, { state }, turn)
  settle(model, turn)
}

/** The page or the network changed. */
function turned(model: Draft, event: PageEvent, turn: Turn): void {
  const { phase } = model
  if (event === 'pagehide' || event === 'freeze') {
    // In the back/forward cache and in a freeze there is no socket, and another tab may take over meanwhile. [TB3]
    if (isValidating(model) || !(STATE_FACTS[phase.state].isActive || phase.state === 'waiting')) return
    model.replacesUntil = 0
    return enter(model, { state: 'paused' }, turn)
  }
  if (event === 'hidden' || event === 'offline' || event === 'storage') return
  if (phase.state === 'ready') return ping(phase, true, turn)
  const backsOff = phase.state === 'waiting' && phase.for === 'backOff'
  if (backsOff && event === 'online') {
    // All who lost the same network come back together: within a second, not at once.
    model.timerAt = Math.min(model.timerAt ?? Infinity, turn.now + turn.random * RETRY.onlineWindowMs)
    return
  }
  // Where it yielded, the other tab may be gone: it asks, and takes nothing over.
  if (turn.visible && (backsOff || phase.state === 'paused' || phase.state === 'yielded')) begin(model, turn)
}

function isValidating({ phase }: ConnectionModel): boolean {
  return phase.state === 'waiting' && phase.for === 'validation'
}
