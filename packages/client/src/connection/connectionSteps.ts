import { PEER_SILENCE_MS, SIGNED_OUT_REASONS, closeFacts } from '@symphainy/protocol'
import type { AnonymousReason } from '../auth/authApi.js'
import { createErrorFromCloseEvent } from '../errors/websocketErrorHandler.js'
import type { WebSocketError } from './connectionApi.js'
import type { ConnectionEffect, ConnectionModel, Phase, Turn } from './connectionState.js'
import { retryDelayMs } from './retryPolicy.js'

/** A platform drops a silent peer after `PEER_SILENCE_MS`; a little more covers the way of the last frame. */
const OURS_MS: number = PEER_SILENCE_MS + 5_000
/** Where an overloaded platform is retried from. [CN7] */
const SLOW_ATTEMPT = 3

export function act({ effects }: Turn, effect: ConnectionEffect): void {
  effects.push(effect)
}

/** The one way out of a phase: its socket and its timer are gone, who used the socket is told, and late events are nobody's. */
export function enter(turn: Turn, phase: Phase, timerAt: number | null = null, code = 1000, reason = ''): void {
  act(turn, { type: 'closeSocket' })
  if (turn.life) act(turn, { type: 'lost', code, reason })
  turn.phase = phase
  turn.life = null
  turn.timerAt = timerAt
  turn.id++
}

export function isWanted({ asked, consumers }: ConnectionModel): boolean {
  return asked ?? consumers > 0
}

/** Whatever happened: begins what is wanted, and ends what is not. */
export function settle(turn: Turn): void {
  const { phase } = turn
  if (isWanted(turn)) {
    if (phase === 'idle') begin(turn)
  } else if (phase !== 'idle' && phase !== 'signedOut') {
    turn.attempt = 0
    turn.error = null
    enter(turn, 'idle')
  }
}

/** Every attempt begins with a ticket. [CN5] Without a confirmed session there is none. [CN1] */
export function begin(turn: Turn): void {
  if (turn.session === null) return
  enter(turn, 'ticketing')
  act(turn, { type: 'askTicket', id: turn.id, ifIdle: turn.now >= turn.replacesUntil })
}

/** The next ticket may replace the connection that the platform serves: it is ours, or a person wants it here. */
export function claim(turn: Turn): void {
  turn.replacesUntil = turn.now + OURS_MS
}

/** The next attempt, when its time comes: told, or by the formula. [CN7] */
export function retry(turn: Turn, error: WebSocketError | null, toldMs?: number): void {
  enter(turn, toldMs === undefined ? 'waiting' : 'told', turn.now + (toldMs ?? retryDelayMs(turn)))
  turn.attempt++
  turn.error = error
}

/** The attempt or the connection has failed: what its close code says is done. `toldMs`: when to retry, if it is retried. */
export function fail(turn: Turn, code: number, reason = '', toldMs?: number): void {
  const { reaction } = closeFacts(code)
  const error = createErrorFromCloseEvent({ code, reason })
  enter(turn, 'idle', null, code, reason)
  // Only a close frame proves that the platform knows: otherwise it may go on serving the socket that we lost.
  if (code === 1006) claim(turn)
  if (reaction === 'validate' && reason === 'ticket_invalid') {
    // One new ticket, whose answer decides; a second in a row is the platform's trouble. [SE3]
    const trouble = createErrorFromCloseEvent({ code: 1011, reason })
    if (turn.error?.reason === reason) retry(turn, trouble)
    turn.error = trouble
    return
  }
  turn.error = error
  switch (reaction) {
    case 'validate':
      enter(turn, 'validating')
      return act(turn, { type: 'validate', id: turn.id, because: (SIGNED_OUT_REASONS.find((known) => known === reason) ?? null) as AnonymousReason | null })
    case 'reject':
      enter(turn, 'signedOut')
      // It was connected for one, so there is one.
      act(turn, { type: 'reject', session: turn.session as string })
      turn.session = null
      return
    case 'yield':
      turn.mayBeOurs = false
      turn.replacesUntil = 0
      return enter(turn, 'yielded')
    case 'stop':
      return enter(turn, 'stopped')
    case 'retrySlowly':
      turn.attempt = Math.max(turn.attempt, SLOW_ATTEMPT)
      break
    default:
    // What is left is retried as it is.
  }
  retry(turn, error, toldMs)
}
