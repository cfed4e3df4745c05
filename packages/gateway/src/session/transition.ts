import { CLOSE, type PlatformFrame, type SignedOutReason } from '@symphainy/protocol'
import { fullBucket } from '../admission/tokenBucket.js'
import { OFFENCE_RATE, close, frameError, offence, received, without } from './received.js'
import type { Rules, Served, SessionEvent, SessionState, Step } from './states.js'

/** [FR4] An accepted socket whose ticket is not decided by then is closed. */
export const OPENING_MS = 5_000
/** [SE1] `expiring` comes so long before the end at most … */
const EXPIRING_MS = 60_000
/** … or at this part of the life, whichever is less. */
const EXPIRING_PART = 0.2

/**
 * The life of one socket, decided without doing anything: what it is now and what happens, to what it is next and
 * what is to be done. Never throws, whatever a client sends. [FR1] [FR2] [FR3] [SE1] [SE2]
 */
export function transition(state: SessionState, event: SessionEvent, rules: Rules): Step {
  if (event.type === 'gone') return { state: { phase: 'gone' }, effects: state.phase === 'gone' ? [] : [{ type: 'release' }] }
  switch (state.phase) {
    case 'opening':
      return opening(state, event, rules)
    case 'served':
      return served(state, event, rules)
    case 'closing':
      return event.type === 'tick' && event.now >= state.endAt ? { state, effects: [{ type: 'terminate' }] } : { state, effects: [] }
    case 'gone':
      return { state, effects: [] }
  }
}

/** The next moment at which this state wants a `tick`, or null. */
export function nextTick(state: SessionState, rules: Rules): number | null {
  switch (state.phase) {
    case 'opening':
      return state.openedAt + OPENING_MS
    case 'served':
      return Math.min(state.heardAt + rules.silenceMs, expiryTick(state))
    case 'closing':
      return state.endAt
    case 'gone':
      return null
  }
}

const expiryTick = ({ expiry, expiresAt, createdAt }: Served): number =>
  expiry === 'ahead'
    ? expiresAt - Math.min(EXPIRING_MS, (expiresAt - createdAt) * EXPIRING_PART)
    : expiry === 'announced'
      ? expiresAt
      : Number.POSITIVE_INFINITY

const signedOut = (reason: SignedOutReason | 'unauthenticated', now: number): Step =>
  close(CLOSE.UNAUTHENTICATED, reason === 'unauthenticated' ? 'ticket_invalid' : reason, now)

function opening(state: Extract<SessionState, { phase: 'opening' }>, event: SessionEvent, rules: Rules): Step {
  switch (event.type) {
    case 'admitted': {
      const { record, fence, now } = event
      const next: Served = {
        phase: 'served',
        sessionId: record.id,
        userId: record.user.id,
        createdAt: record.createdAt,
        expiresAt: record.expiresAt,
        expiry: 'ahead',
        heardAt: now,
        subscriptions: new Set(),
        messages: fullBucket({ perSecond: rules.limits.messagesPerSecond, burst: rules.limits.messageBurst }, now),
        offences: fullBucket(OFFENCE_RATE, now),
        queued: 0,
        draining: false,
      }
      const { id, user } = record
      const ready: PlatformFrame = {
        type: 'ready',
        connection: state.connection,
        fence,
        session: { id, user, expiresInMs: Math.max(0, record.expiresAt - now) },
        heartbeatMs: rules.heartbeatMs,
        reconnectWindowMs: rules.reconnectWindowMs,
        limits: rules.limits,
      }
      return {
        state: next,
        effects: [
          { type: 'send', frame: ready },
          { type: 'serve', fence },
        ],
      }
    }
    case 'refused':
      return close(event.code, event.reason, event.now)
    case 'tick':
      return event.now >= state.openedAt + OPENING_MS ? close(CLOSE.INTERNAL, 'unavailable', event.now) : { state, effects: [] }
    case 'close':
      return close(event.code, event.reason, event.now)
    default:
      return { state, effects: [] }
  }
}

function served(state: Served, event: SessionEvent, rules: Rules): Step {
  switch (event.type) {
    case 'text':
      return received(state, event.text, event.now, rules)
    case 'binary':
      return offence({ ...state, heardAt: event.now }, { type: 'error', code: 'invalid_frame', message: 'A frame is text.' }, event.now)
    case 'tick':
      return ticked(state, event.now, rules)
    case 'workDone':
      return { state: { ...state, queued: state.queued - 1 }, effects: [] }
    case 'unsubscribed':
      return { state: { ...state, subscriptions: without(state.subscriptions, event.conversation) }, effects: [] }
    case 'created':
      // The sender of a first message reads along from the start, within the same limit as by asking. [RS7]
      return state.subscriptions.size >= rules.limits.subscriptions || state.subscriptions.has(event.conversation)
        ? { state, effects: [] }
        : {
            state: { ...state, subscriptions: new Set(state.subscriptions).add(event.conversation) },
            effects: [{ type: 'follow', conversation: event.conversation, epoch: event.epoch }],
          }
    case 'sessionRead':
      return sessionRead(state, event)
    case 'refreshed':
      return refreshed(state, event)
    case 'goaway':
      return {
        state: { ...state, draining: true },
        effects: [{ type: 'send', frame: { type: 'goaway', reason: 'draining', retryAfterMs: event.retryAfterMs } }],
      }
    case 'close':
      return close(event.code, event.reason, event.now)
    default:
      return { state, effects: [] }
  }
}

function ticked(state: Served, now: number, rules: Rules): Step {
  if (now >= state.heardAt + rules.silenceMs) return close(CLOSE.TIMEOUT, 'silent', now)
  if (now < expiryTick(state)) return { state, effects: [] }
  // At the end the store is asked once more: another tab may have refreshed the session meanwhile.
  if (now >= state.expiresAt) return { state: { ...state, expiry: 'checking' }, effects: [{ type: 'readSession' }] }
  return { state: { ...state, expiry: 'announced' }, effects: [{ type: 'send', frame: { type: 'expiring', inMs: state.expiresAt - now } }] }
}

function sessionRead(state: Served, { reading, now }: Extract<SessionEvent, { type: 'sessionRead' }>): Step {
  if (reading.status === 'ended') return signedOut(reading.reason, now)
  // Nothing can be appended or read while the store is away; the client comes back through the ticket call.
  if (reading.status === 'unavailable') return state.expiry === 'checking' ? close(CLOSE.INTERNAL, 'unavailable', now) : { state, effects: [] }
  if (reading.expiresAt <= state.expiresAt) return { state, effects: [] }
  return extended(state, reading.expiresAt, now)
}

function extended(state: Served, expiresAt: number, now: number): Step {
  // A refresh that could extend nothing (the absolute limit) is not announced again: the client would refresh for ever.
  const expiry = expiresAt > state.expiresAt ? 'ahead' : state.expiry
  return { state: { ...state, expiresAt, expiry }, effects: [{ type: 'send', frame: { type: 'extended', expiresInMs: Math.max(0, expiresAt - now) } }] }
}

/** [SE1] Only the same user and session may go on. */
function refreshed(state: Served, { outcome, now }: Extract<SessionEvent, { type: 'refreshed' }>): Step {
  switch (outcome.status) {
    case 'accepted':
      if (outcome.sessionId !== state.sessionId || outcome.userId !== state.userId) return close(CLOSE.FORBIDDEN, 'another_session', now)
      return extended(state, outcome.expiresAt, now)
    case 'ended':
      return signedOut(outcome.reason, now)
    case 'unknown':
      return offence(state, { type: 'error', code: 'invalid_frame', message: 'The ticket is not valid.', re: { type: 'refreshed' } }, now)
    case 'unavailable':
      return { state, effects: [frameError('unavailable', { type: 'refreshed' })] }
  }
}
