import { CLOSE, type ClientFrame, type PlatformFrame } from '@symphainy/protocol'
import type { Draft, ReadyPhase, Turn } from './connectionState.js'
import { fail } from './connectionSteps.js'
import { RETRY } from './retryPolicy.js'

/** [FR3] A ping without any frame after it for so long: the socket is dead, whatever its `readyState` says. */
const ANSWER_MS = 8_000
/** The same after a wake, when the network may have changed under the socket. */
const WAKE_ANSWER_MS = 3_000
/** A timer that is so late slept: the machine did, or the page. */
const JUMP_MS = 5_000

/** A frame came, one that this version knows or not. */
export function heard(model: Draft, frame: PlatformFrame | null, turn: Turn): void {
  const { phase } = model
  const { now, act } = turn
  if (phase.state === 'ready') {
    const { ping } = phase
    // Any frame is a sign of life.
    phase.heardAt = now
    phase.ping = null
    if (frame?.type === 'pong' && ping !== null && frame.id === String(ping.at)) phase.roundTripMs = now - ping.at
    if (frame?.type === 'expiring') act({ type: 'refresh', id: model.id })
    if (frame?.type === 'extended') act({ type: 'extend', expiresInMs: frame.expiresInMs })
    // The window of the retry that will follow the close. [CN7]
    if (frame?.type === 'goaway') model.windowMs = frame.retryAfterMs
  } else if (frame?.type === 'ready') {
    const { session, heartbeatMs, reconnectWindowMs } = frame
    // Somebody else signed in between the ticket and now: nothing of theirs is shown as this user's. [TB5]
    if (session.id !== model.session) return fail(model, CLOSE.UNAUTHENTICATED, 'superseded', turn)
    model.phase = { state: 'ready', heartbeatMs, readyAt: now, heardAt: now, sentAt: now, ping: null, refreshAt: Infinity, roundTripMs: null }
    model.windowMs = reconnectWindowMs
    model.replacesUntil = 0
    model.ticketFailed = false
    model.error = null
    act({ type: 'extend', expiresInMs: session.expiresInMs })
  } else if (frame?.type !== 'error') {
    // Before `ready`, only `ready` itself and `error` mean anything. [CN6]
    return
  }
  if (frame !== null) act({ type: 'deliver', frame })
}

export function say(phase: ReadyPhase, frame: ClientFrame, { now, act }: Turn): void {
  phase.sentAt = now
  act({ type: 'send', frame })
}

/** Asks whether the socket still lives: because it was silent, or at once after a wake. */
export function ping(phase: ReadyPhase, woke: boolean, turn: Turn): void {
  const { now } = turn
  // A probe shortens the time of a ping that is open already; it never lengthens it, or a page that wakes often would never learn.
  const openUntil = phase.ping !== null && now <= phase.ping.overdueAt ? phase.ping.overdueAt : Infinity
  phase.ping = { at: now, overdueAt: Math.min(openUntil, now + (woke ? WAKE_ANSWER_MS : ANSWER_MS)), woke }
  say(phase, { type: 'ping', id: String(now) }, turn)
}

/** The timer of a ready connection fired: what is due is done. [FR3] */
export function heartbeat(model: Draft, phase: ReadyPhase, turn: Turn): void {
  const { now } = turn
  const lateMs = now - (model.timerAt ?? now)
  model.timerAt = null
  if (lateMs > JUMP_MS) return ping(phase, true, turn)
  // A cause that is here, and nobody else's: the next attempt is at once. [CN7]
  if (phase.ping !== null && now >= phase.ping.overdueAt) return fail(model, 1006, 'no answer', turn, phase.ping.woke ? 0 : undefined)
  if (now >= phase.refreshAt) {
    phase.refreshAt = Infinity
    turn.act({ type: 'refresh', id: model.id })
  }
  if (phase.ping === null && now >= silenceEndsAt(phase, turn)) ping(phase, false, turn)
}

/** Sets the timer for what comes first; it may be early, since frames that come put things off. */
export function watch(model: Draft, phase: ReadyPhase, turn: Turn): void {
  const stableAt = phase.readyAt + RETRY.stableMs
  if (turn.now >= stableAt) model.attempt = 0
  model.timerAt = Math.min(
    model.timerAt ?? Infinity,
    phase.ping?.overdueAt ?? silenceEndsAt(phase, turn),
    phase.refreshAt,
    model.attempt > 0 ? stableAt : Infinity,
  )
}

/** When nothing has been heard, or nothing been sent, for a heartbeat. */
function silenceEndsAt({ heardAt, sentAt, heartbeatMs }: ReadyPhase, { visible }: Turn): number {
  return Math.min(heardAt, sentAt) + heartbeatMs[visible ? 'visible' : 'hidden']
}
