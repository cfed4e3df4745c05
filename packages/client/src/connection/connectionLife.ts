import type { ClientFrame, PlatformFrame } from '@symphainy/protocol'
import type { Life, Turn } from './connectionState.js'
import { act, fail } from './connectionSteps.js'

/** [FR3] A ping without any frame after it for so long: the socket is dead, whatever its `readyState` says. */
const ANSWER_MS = 8_000
/** The same after a wake, when the network may have changed under the socket. */
const WAKE_ANSWER_MS = 3_000
/** A timer that is so late slept: the machine did, or the page. */
const JUMP_MS = 5_000
/** A connection that lived so long counts as stable: the attempts start anew. [U6] */
export const STABLE_MS = 30_000

/** A frame came; `null` is one that this version does not know. */
export function heard(turn: Turn, frame: PlatformFrame | null): void {
  const { life, now, id } = turn
  const ping = life?.ping
  if (life) {
    // Any frame is a sign of life.
    life.heardAt = now
    life.ping = null
  } else if (frame?.type !== 'ready' && frame?.type !== 'error') {
    // Nothing else means anything before `ready`. [CN6]
    return
  }
  switch (frame?.type) {
    case 'ready':
      // Somebody else signed in between the ticket and now: nothing of theirs is shown as this user's. [TB5]
      if (frame.session.id !== turn.session) return fail(turn, 3000, 'superseded')
      turn.phase = 'ready'
      turn.life = { heartbeatMs: frame.heartbeatMs, readyAt: now, heardAt: now, sentAt: now, ping: null, refreshAt: Infinity, roundTripMs: null }
      turn.windowMs = frame.reconnectWindowMs
      turn.replacesUntil = 0
      turn.error = null
      act(turn, { type: 'extend', expiresInMs: frame.session.expiresInMs })
      break
    case 'pong':
      if (life && ping && frame.id === String(ping.at)) life.roundTripMs = now - ping.at
      break
    case 'expiring':
      act(turn, { type: 'refresh', id })
      break
    case 'extended':
      act(turn, { type: 'extend', expiresInMs: frame.expiresInMs })
      break
    case 'goaway':
      // The window of the retry that will follow the close. [CN7]
      turn.windowMs = frame.retryAfterMs
      break
    default:
    // The chat's, or nobody's.
  }
  if (frame) act(turn, { type: 'deliver', frame })
}

export function say(turn: Turn, life: Life, frame: ClientFrame): void {
  life.sentAt = turn.now
  act(turn, { type: 'send', frame })
}

/** Asks whether the socket still lives: because it was silent, or at once after a wake. */
export function ping(turn: Turn, life: Life, woke: boolean): void {
  const { now } = turn
  const openUntil = life.ping?.overdueAt ?? 0
  // A probe shortens the time of a ping that is open already; it never lengthens it, or a page that wakes often would never learn.
  const overdueAt = Math.min(now + (woke ? WAKE_ANSWER_MS : ANSWER_MS), openUntil < now ? Infinity : openUntil)
  life.ping = { at: now, overdueAt, woke }
  say(turn, life, { type: 'ping', id: String(now) })
}

/** The timer of a ready connection fired: what is due is done. [FR3] */
export function heartbeat(turn: Turn, life: Life): void {
  const { now, timerAt } = turn
  turn.timerAt = null
  // What fired was set.
  if (now - (timerAt as number) > JUMP_MS) ping(turn, life, true)
  // A cause that is here, and nobody else's: the next attempt is at once. [CN7]
  else if (life.ping && now >= life.ping.overdueAt) fail(turn, 1006, 'no answer', life.ping.woke ? 0 : undefined)
  else if (now >= life.refreshAt) {
    life.refreshAt = Infinity
    act(turn, { type: 'refresh', id: turn.id })
  } else if (now >= answerOrSilence(turn, life)) ping(turn, life, false)
}

/** Sets the timer for what comes first; it may be early, since frames that come put things off. */
export function watch(turn: Turn, life: Life): void {
  turn.timerAt = Math.min(turn.timerAt ?? Infinity, answerOrSilence(turn, life), life.refreshAt, turn.attempt ? life.readyAt + STABLE_MS : Infinity)
}

/** When the answer to the open ping is overdue, or else when nothing has been heard, or nothing been sent, for a heartbeat. */
function answerOrSilence({ visible }: Turn, { ping: open, heardAt, sentAt, heartbeatMs }: Life): number {
  return open?.overdueAt ?? Math.min(heardAt, sentAt) + heartbeatMs[visible ? 'visible' : 'hidden']
}
