import { CLOSE } from '@symphainy/protocol'
import type { PageEvent } from '../environment/environment.js'
import { createErrorFromError } from '../errors/websocketErrorHandler.js'
import { heard, heartbeat, ping, say, watch } from './connectionLife.js'
import type { ConnectionEvent, ConnectionModel, ConnectionMoment, ConnectionStep, Turn } from './connectionState.js'
import { act, begin, claim, enter, fail, retry, settle } from './connectionSteps.js'

/** [CN6] How long an attempt may take, in milliseconds. */
const OPEN_TIMEOUT_MS = 8_000
const READY_TIMEOUT_MS = 5_000
/** How soon it is asked once more, when `in_use` may be about a socket of our own. */
const ASK_AGAIN_MS = 1_000
/** When a failed refresh is tried again, unless the platform tells. [SE1] */
const REFRESH_AGAIN_MS = 5_000
/** After `online` so long at most. [CN7] */
const ONLINE_WINDOW_MS = 1_000

/**
 * The whole of the connection: a model and an event give the next model and what is to be done. [CN1] to [CN7] [FR3] [SE3]
 * Pure: the steps change a copy.
 */
export function connectionTransition(before: ConnectionModel, event: ConnectionEvent, moment: ConnectionMoment): ConnectionStep {
  const turn: Turn = { ...before, ...moment, life: before.life && { ...before.life }, effects: [] }
  // What belongs to an earlier attempt is late and dropped.
  if (!('id' in event) || event.id === turn.id) decide(turn, event)
  settle(turn)
  if (turn.life) watch(turn, turn.life)
  return { state: turn, effects: turn.effects }
}

function decide(turn: Turn, event: ConnectionEvent): void {
  const { phase, life, id, now } = turn
  switch (event.type) {
    case 'retain':
      turn.consumers++
      return
    case 'release':
      if (--turn.consumers === 0) turn.asked = null
      return
    case 'disconnect':
      turn.asked = false
      return
    case 'connect':
      turn.asked = true
      if (phase === 'yielded' || phase === 'stopped') insist(turn)
      return
    case 'reconnect':
      return insist(turn)
    case 'auth':
      return authorise(turn, event.session, event.anonymous)
    case 'validated':
      // The session holds after all, or nobody can say: then it was the platform's trouble.
      return retry(turn, turn.error)
    case 'ticket':
      if (life) return say(turn, life, { type: 'refreshed', ticket: event.ticket })
      turn.phase = 'opening'
      turn.timerAt = now + OPEN_TIMEOUT_MS
      turn.mayBeOurs = true
      return act(turn, { type: 'openSocket', id, ticket: event.ticket })
    case 'ticketRefused': {
      const { error } = event
      if (life) {
        life.refreshAt = now + (error.retryAfterMs ?? REFRESH_AGAIN_MS)
        return
      }
      if (error.code !== 'in_use') return retry(turn, createErrorFromError(error), error.retryAfterMs)
      if (!turn.mayBeOurs) return fail(turn, CLOSE.REPLACED)
      turn.mayBeOurs = false
      return enter(turn, 'told', now + ASK_AGAIN_MS)
    }
    case 'opened':
      turn.phase = 'greeting'
      turn.timerAt = now + READY_TIMEOUT_MS
      return
    case 'frame':
      return heard(turn, event.frame)
    case 'send':
      return life ? say(turn, life, event.frame) : undefined
    case 'closed':
      return fail(turn, event.code, event.reason)
    case 'page':
      return turned(turn, event.event)
    case 'timer':
      if (life) return heartbeat(turn, life)
      // An attempt that takes too long is given up, and replaced without waiting for its close. [CN6]
      if (phase === 'opening' || phase === 'greeting') return fail(turn, 1006)
      return turn.visible ? begin(turn) : enter(turn, 'paused')
  }
}

/** A person wants it here and now. */
function insist(turn: Turn): void {
  // While it is asked whether the session still holds, its credential is not presented again. [S3]
  if (turn.session === null || turn.phase === 'validating') return
  turn.asked = true
  turn.error = null
  claim(turn)
  begin(turn)
}

/** A session came, went or is another one: nothing of the one before goes on, neither its socket nor its timer. [CN1] [CN7] */
function authorise(turn: Turn, session: string | null, anonymous: boolean): void {
  if (session !== null && session === turn.session) return
  turn.session = session
  turn.attempt = turn.replacesUntil = 0
  // Why the socket was refused outlives the session that it ended.
  if (!anonymous || turn.error?.type !== 'auth') turn.error = null
  enter(turn, anonymous ? 'signedOut' : 'idle')
}

/** The page or the network changed. */
function turned(turn: Turn, event: PageEvent): void {
  const { phase, life, timerAt, now } = turn
  switch (event) {
    case 'pagehide':
    case 'freeze':
      if (phase !== 'ticketing' && timerAt === null) return
      // In the back/forward cache and in a freeze there is no socket, and another tab may take over meanwhile. [TB3]
      turn.replacesUntil = 0
      return enter(turn, 'paused')
    case 'visible':
    case 'online':
    case 'pageshow':
    case 'resume':
      if (life) ping(turn, life, true)
      // All who lost the same network come back together: within a second, not at once.
      else if (event === 'online' && phase === 'waiting') turn.timerAt = Math.min(timerAt ?? Infinity, now + turn.random * ONLINE_WINDOW_MS)
      // Where it yielded, the other tab may be gone: it asks, and takes nothing over.
      else if (turn.visible && (phase === 'waiting' || phase === 'paused' || phase === 'yielded')) begin(turn)
  }
}
