import {
  CLOSE,
  ERROR_TEXTS,
  checkClientFrame,
  decodeFrames,
  fitsMessage,
  type FrameErrorCode,
  type MessageFrame,
  type NackCode,
  type PlatformFrame,
} from '@symphainy/protocol'
import { takeToken, type BucketRate } from '../admission/tokenBucket.js'
import type { Effect, Rules, Served, SessionState, Step } from './states.js'

/** Wrong frames that are answered; who goes on faster than this is closed with 4400. [FR1] */
export const OFFENCE_RATE: BucketRate = { perSecond: 1, burst: 30 }
/** Frames that may wait for their turn in one connection. */
const QUEUE_FRAMES = 512
/** [SE2] A peer that was told to go is cut off after this. */
const HARD_END_MS = 1_000

/** Tells the peer to go; nothing more is sent to it. */
export function close(code: number, reason: string, now: number): Step {
  return { state: { phase: 'closing', code, endAt: now + HARD_END_MS }, effects: [{ type: 'leave' }, { type: 'close', code, reason }] }
}

/** About a frame; the socket stays. */
export function frameError(code: FrameErrorCode, re: { type: string; id?: string; conversation?: string }): Effect {
  return { type: 'send', frame: { type: 'error', code, message: ERROR_TEXTS[code], re } }
}

function nack(id: string, code: NackCode, retryAfterMs?: number): Effect {
  return { type: 'send', frame: { type: 'nack', id, code, message: ERROR_TEXTS[code], ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } }
}

/** [FR1] A wrong frame is answered, and the socket stays; too many in a row are abuse. */
export function offence(state: Served, answer: PlatformFrame, now: number): Step {
  const { bucket, waitMs } = takeToken(state.offences, OFFENCE_RATE, now)
  if (waitMs > 0) return close(CLOSE.ABUSE, 'abuse', now)
  return { state: { ...state, offences: bucket }, effects: [{ type: 'send', frame: answer }] }
}

/** [FR5] What one WebSocket message says: one frame, or several in order. [FR1] */
export function received(state: Served, text: string, now: number, rules: Rules): Step {
  const decoded = decodeFrames(text)
  const heard: Served = { ...state, heardAt: now }
  if (!decoded.ok) return offence(heard, { type: 'error', code: decoded.code, message: ERROR_TEXTS[decoded.code] }, now)
  const effects: Effect[] = []
  let current: SessionState = heard
  for (const raw of decoded.frames) {
    if (current.phase !== 'served') break
    const step = frame(current, raw, now, rules)
    current = step.state
    effects.push(...step.effects)
  }
  return { state: current, effects }
}

function frame(state: Served, raw: unknown, now: number, rules: Rules): Step {
  const checked = checkClientFrame(raw)
  if (!checked.ok) {
    const { code, why, re } = checked
    // A message that names itself is refused by its name, so that its sender can mark it.
    if (re?.type === 'message' && re.id !== undefined) return offence(state, { type: 'nack', id: re.id, code: 'invalid_frame', message: why }, now)
    return offence(state, { type: 'error', code, message: why, ...(re === undefined ? {} : { re }) }, now)
  }
  const said = checked.frame
  switch (said.type) {
    case 'ping':
      return { state, effects: [{ type: 'send', frame: { type: 'pong', id: said.id } }] }
    case 'unsubscribe':
      // In the queue, behind the subscribe that it may undo.
      return queue(state, { ...state, subscriptions: without(state.subscriptions, said.conversation) }, said)
    case 'subscribe': {
      const { conversation } = said
      if (state.subscriptions.size >= rules.limits.subscriptions && !state.subscriptions.has(conversation)) {
        return { state, effects: [frameError('too_many_subscriptions', { type: 'subscribe', conversation })] }
      }
      return queue(state, { ...state, subscriptions: new Set(state.subscriptions).add(conversation) }, said)
    }
    case 'message':
      return message(state, said, now, rules)
    default:
      return queue(state, state, said)
  }
}

function message(state: Served, said: MessageFrame, now: number, { limits }: Rules): Step {
  if (state.draining) return { state, effects: [nack(said.id, 'draining', 1_000)] }
  if (!fitsMessage(said.text, limits)) return { state, effects: [nack(said.id, 'too_long')] }
  const { bucket, waitMs } = takeToken(state.messages, { perSecond: limits.messagesPerSecond, burst: limits.messageBurst }, now)
  const next = { ...state, messages: bucket }
  return waitMs > 0 ? { state: next, effects: [nack(said.id, 'rate_limited', waitMs)] } : queue(next, next, said)
}

/** [RS11] What needs a store is done one by one, in the order of the frames; a queue that is full leaves the state `before`. */
function queue(before: Served, after: Served, work: Extract<Effect, { type: 'work' }>['frame']): Step {
  if (before.queued < QUEUE_FRAMES) return { state: { ...after, queued: before.queued + 1 }, effects: [{ type: 'work', frame: work }] }
  if (work.type === 'message') return { state: before, effects: [nack(work.id, 'rate_limited', 1_000)] }
  return { state: before, effects: [frameError('rate_limited', { type: work.type, ...('conversation' in work ? { conversation: work.conversation } : {}) })] }
}

/** A set of names without one. */
export function without(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  if (!names.has(name)) return names
  const rest = new Set(names)
  rest.delete(name)
  return rest
}
