import type { PageEvent } from '../environment/environment.js'
import { createErrorFromError } from '../errors/websocketErrorHandler.js'
import { STABLE_MS, heard, heartbeat, ping, say, watch } from './connectionLife.js'
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
  if (turn.life && turn.now - turn.life.readyAt >= STABLE_MS) turn.attempt = 0
  // What belongs to an earlier attempt is late and dropped. Each event goes to the decision of its own type.
  if (!('id' in event) || event.id === turn.id) decide[event.type](turn, event as never)
  settle(turn)
  if (turn.life) watch(turn, turn.life)
  return { state: turn, effects: turn.effects }
}

const decide: { readonly [Type in ConnectionEvent['type']]: (turn: Turn, event: Extract<ConnectionEvent, { type: Type }>) => void } = {
  retain(turn) {
    turn.consumers++
  },
  release(turn) {
    if (--turn.consumers === 0) turn.asked = null
  },
  connect(turn) {
    turn.asked = true
    if (/yielded|stopped/.test(turn.phase)) insist(turn)
  },
  disconnect(turn) {
    turn.asked = false
  },
  reconnect: insist,
  auth: authorise,
  // The session holds after all, or nobody can say: then it was the platform's trouble.
  validated: (turn) => retry(turn, turn.error),
  ticket(turn, { ticket }) {
    if (turn.life) return say(turn, turn.life, { type: 'refreshed', ticket })
    turn.phase = 'opening'
    turn.timerAt = turn.now + OPEN_TIMEOUT_MS
    turn.mayBeOurs = true
    act(turn, { type: 'openSocket', id: turn.id, ticket })
  },
  ticketRefused(turn, { error }) {
    const { life, now } = turn
    if (life) life.refreshAt = now + (error.retryAfterMs ?? REFRESH_AGAIN_MS)
    else if (error.code !== 'in_use') retry(turn, createErrorFromError(error), error.retryAfterMs)
    else if (turn.mayBeOurs) {
      turn.mayBeOurs = false
      enter(turn, 'told', now + ASK_AGAIN_MS)
    }
    // Another connection is served, as if it had replaced ours.
    else fail(turn, 4409)
  },
  opened(turn) {
    turn.phase = 'greeting'
    turn.timerAt = turn.now + READY_TIMEOUT_MS
  },
  frame: (turn, { frame }) => heard(turn, frame),
  send(turn, { frame }) {
    if (turn.life) say(turn, turn.life, frame)
  },
  closed: (turn, { code, reason }) => fail(turn, code, reason),
  page: turned,
  timer(turn) {
    const { life, phase } = turn
    if (life) heartbeat(turn, life)
    // An attempt that takes too long is given up, and replaced without waiting for its close. [CN6]
    else if (phase !== 'waiting' && phase !== 'told') fail(turn, 1006)
    else if (turn.visible) begin(turn)
    else enter(turn, 'paused')
  },
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
function authorise(turn: Turn, { session, anonymous }: { session: string | null; anonymous?: boolean }): void {
  if (session !== null && session === turn.session) return
  turn.session = session
  turn.attempt = turn.replacesUntil = 0
  // Why the socket was refused outlives the session that it ended.
  if (!anonymous || turn.error?.type !== 'auth') turn.error = null
  enter(turn, anonymous ? 'signedOut' : 'idle')
}

/** In the back/forward cache and in a freeze there is no socket, and another tab may take over meanwhile. [TB3] */
const LEAVES = /pagehide|freeze/
const COMES_BACK = /visible|online|pageshow|resume/

/** The page or the network changed. */
function turned(turn: Turn, { event }: { event: PageEvent }): void {
  const { phase, life, timerAt } = turn
  if (LEAVES.test(event) && (phase === 'ticketing' || timerAt !== null)) {
    turn.replacesUntil = 0
    enter(turn, 'paused')
  }
  if (!COMES_BACK.test(event)) return
  if (life) ping(turn, life, true)
  // All who lost the same network come back together: within a second, not at once.
  else if (event === 'online' && phase === 'waiting') turn.timerAt = Math.min(timerAt ?? Infinity, turn.now + turn.random * ONLINE_WINDOW_MS)
  // Where it yielded, the other tab may be gone: it asks, and takes nothing over.
  else if (turn.visible && /waiting|paused|yielded/.test(phase)) begin(turn)
}
