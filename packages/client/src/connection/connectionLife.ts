import type { PlatformFrame } from '@symphainy/protocol'
import { validate, lose, step } from './connectionSteps.js'
import { createErrorFromCloseEvent } from '../errors/websocketErrorHandler.js'
import type { ConnectionModel, ConnectionMoment, ConnectionStep, ReadyPhase } from './connectionState.js'
import { RETRY } from './retryPolicy.js'

/** [FR3] A ping without any frame after it for so long: the socket is dead, whatever its `readyState` says. */
export const ANSWER_MS = 8_000
/** The same after a wake, when the network may have changed under the socket. */
export const WAKE_ANSWER_MS = 3_000
/** A timer that is so late slept: the machine did, or the page. */
export const JUMP_MS = 5_000

/** A frame before `ready`: only `ready` itself and `error` mean anything. [CN6] */
export function greet(model: ConnectionModel, frame: PlatformFrame | null, moment: ConnectionMoment): ConnectionStep {
  const { phase } = model
  if (frame?.type === 'error') return step(model, { type: 'deliver', frame })
  if (frame?.type !== 'ready' || phase.state !== 'greeting') return step(model)
  // Somebody else signed in between the ticket and now: nothing of theirs is shown as this user's. [TB5]
  if (frame.session.id !== model.session) return validate(model, createErrorFromCloseEvent({ code: 3000, reason: 'superseded' }), '')
  const { now } = moment
  const ready: ReadyPhase = { state: 'ready', id: phase.id, readyAt: now, heardAt: now, sentAt: now, ping: null, refreshAt: null }
  return watch(
    {
      ...model,
      windowMs: frame.reconnectWindowMs,
      heartbeatMs: frame.heartbeatMs,
      takesOver: false,
      oursUntil: 0,
      ticketFailed: false,
      error: null,
      timerAt: null,
    },
    ready,
    moment,
    {
      state: model,
      effects: [
        { type: 'extend', expiresInMs: frame.session.expiresInMs },
        { type: 'deliver', frame },
      ],
    },
  )
}

/** Any frame is a sign of life, whether this version knows it or not. */
export function heard(model: ConnectionModel, phase: ReadyPhase, frame: PlatformFrame | null, moment: ConnectionMoment): ConnectionStep {
  const { now } = moment
  const alive: ConnectionModel = { ...model, phase: { ...phase, heardAt: now, ping: null } }
  switch (frame?.type) {
    case undefined:
      return step(alive)
    case 'pong':
      return step(phase.ping !== null && frame.id === pingId(phase.ping.at) ? { ...alive, roundTripMs: now - phase.ping.at } : alive, {
        type: 'deliver',
        frame,
      })
    case 'expiring':
      return step(alive, { type: 'deliver', frame }, { type: 'refresh', id: phase.id })
    case 'extended':
      return step(alive, { type: 'extend', expiresInMs: frame.expiresInMs }, { type: 'deliver', frame })
    case 'goaway':
      // The window of the retry that will follow the close. [CN7]
      return step({ ...alive, windowMs: frame.retryAfterMs }, { type: 'deliver', frame })
    default:
      return step(alive, { type: 'deliver', frame: frame as PlatformFrame })
  }
}

/** Asks at once whether the socket still lives. */
export function probe(model: ConnectionModel, phase: ReadyPhase, moment: ConnectionMoment): ConnectionStep {
  return ping(model, phase, WAKE_ANSWER_MS, true, moment)
}

/** What is due in a ready connection. [FR3] */
export function heartbeat(model: ConnectionModel, phase: ReadyPhase, lateMs: number, moment: ConnectionMoment): ConnectionStep {
  const { now } = moment
  if (lateMs > JUMP_MS) return probe(model, phase, moment)
  if (phase.ping !== null && now >= phase.ping.overdueAt) return lose(model, { code: 1006, reason: 'no answer', local: phase.ping.woke }, moment)
  const calm: ConnectionModel = now - phase.readyAt >= RETRY.stableMs ? { ...model, attempt: 0 } : model
  if (phase.refreshAt !== null && now >= phase.refreshAt) {
    return watch(calm, { ...phase, refreshAt: null }, moment, step(calm, { type: 'refresh', id: phase.id }))
  }
  if (phase.ping === null && now >= silenceEndsAt(calm, phase, moment)) return ping(calm, phase, ANSWER_MS, false, moment)
  return watch(calm, phase, moment, step(calm))
}

function ping(model: ConnectionModel, phase: ReadyPhase, answerMs: number, woke: boolean, moment: ConnectionMoment): ConnectionStep {
  const { now } = moment
  // A probe shortens the time of a ping that is open already; it never lengthens it, or a page that wakes often would never learn.
  const overdueAt = phase.ping === null || (woke && now > phase.ping.overdueAt) ? now + answerMs : Math.min(phase.ping.overdueAt, now + answerMs)
  const next: ReadyPhase = { ...phase, sentAt: now, ping: { at: now, overdueAt, woke } }
  return watch(model, next, moment, step(model, { type: 'send', frame: { type: 'ping', id: pingId(now) } }))
}

function pingId(at: number): string {
  return String(at)
}

/** When nothing has been heard, or nothing been sent, for a heartbeat. */
function silenceEndsAt({ heartbeatMs }: ConnectionModel, { heardAt, sentAt }: ReadyPhase, { visible }: ConnectionMoment): number {
  return Math.min(heardAt, sentAt) + (visible ? heartbeatMs.visible : heartbeatMs.hidden)
}

/** Sets the timer for what comes first. */
function watch(model: ConnectionModel, phase: ReadyPhase, moment: ConnectionMoment, { effects }: ConnectionStep): ConnectionStep {
  const stableAt = model.attempt > 0 ? phase.readyAt + RETRY.stableMs : Infinity
  const timerAt = Math.min(phase.ping?.overdueAt ?? silenceEndsAt(model, phase, moment), phase.refreshAt ?? Infinity, stableAt)
  return step({ ...model, phase, timerAt }, ...effects)
}
