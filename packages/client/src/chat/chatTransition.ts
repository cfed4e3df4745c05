import { agentKey, DEFAULT_LIMITS, RETRYABLE_NACKS, USER_LOG, type AgentAddress, type LogMessage, type PlatformFrame } from '@symphainy/protocol'
import { emptyChat, isOnline, newLog, openLog, withLog, type ChatEffect, type ChatEvent, type ChatState, type Log } from './chatState.js'
import { applyNext, applyOlder, applySnapshot, place } from './log.js'
import { deliver, drop, expire, refuse, requeue, resend } from './outbox.js'
import { reconciled } from './reconcile.js'

/** How many conversations that are not open are remembered, so that opening them again shows them at once. */
const REMEMBERED = 8
/** How long what was refused for now waits when the platform tells no time, in milliseconds. */
const AGAIN_MS = 2_000

/** The decisions of the chat: what an event changes, and what must be done for it. Pure. */
export function chatTransition(before: ChatState, event: ChatEvent): { state: ChatState; effects: ChatEffect[] } {
  const effects: ChatEffect[] = []
  const changed = changedBy(before, event, effects)
  return { state: changed === before ? before : reconciled(changed, effects), effects }
}

function changedBy(state: ChatState, event: ChatEvent, effects: ChatEffect[]): ChatState {
  switch (event.type) {
    case 'user':
      return event.user === state.user ? state : changedUser(state, event)
    case 'frame':
      return event.frame.type === 'ready' || isOnline(state) ? framed(state, event.frame, event.wallNow, effects) : state
    case 'joined':
      return state.user === null ? state : { ...state, ready: { user: state.user, limits: DEFAULT_LIMITS } }
    case 'lost':
      return { ...state, ready: null, logs: unsynced(state.logs), outbox: requeue(state.outbox, event.closeCode) }
    case 'typed': {
      const { type: _, wallNow, ...message } = event
      if (state.user === null) return state
      return {
        ...state,
        outbox: [...state.outbox, { ...message, user: state.user, conversation: state.open, queuedAt: wallNow, delivery: { state: 'waiting' } }],
      }
    }
    case 'resent':
      return { ...state, outbox: resend(state.outbox, event.id, event.wallNow) }
    case 'discarded':
      return { ...state, outbox: drop(state.outbox, ({ id, delivery }) => id === event.id && (delivery.state === 'waiting' || delivery.state === 'failed')) }
    case 'stopped':
      return stopped(state, event.run, effects)
    case 'agentChosen': {
      const { agent, freshId } = event
      const isOthers = agentKey(lastAgent(state) ?? agent) !== agentKey(agent)
      return { ...(isOthers && freshId !== undefined ? opened(state, freshId, 'new') : state), agent, agentSource: 'chosen' }
    }
    case 'opened':
      return event.id === state.open && openLog(state).phase !== 'missing' ? state : opened(state, event.id, event.phase)
    case 'recorded':
      return recorded(
        onLog(state, USER_LOG, (log) => ({ ...log, lines: place(log.lines, event.record) })),
        event.record,
      )
    case 'olderAsked':
      return onLog(state, event.conversation, (log) => (log.older.state === 'some' ? { ...log, older: { ...log.older, state: 'loading' } } : log))
    case 'olderCame':
      return onLog(state, event.conversation, (log) => (log.older.state === 'loading' ? applyOlder(log, event.conversation, event.messages, event.next) : log))
    case 'released':
      return { ...state, held: state.held.filter((id) => id !== event.conversation) }
  }
}

function framed(state: ChatState, frame: PlatformFrame, wallNow: number, effects: ChatEffect[]): ChatState {
  switch (frame.type) {
    case 'ready':
      return {
        ...state,
        ready: { user: frame.session.user.id, limits: frame.limits },
        logs: unsynced(state.logs),
        outbox: expire(requeue(state.outbox, undefined), wallNow),
      }
    case 'entry':
    case 'event': {
      const next = onLog(state, frame.conversation, (log) => applyNext(log, frame, wallNow))
      return frame.type === 'entry' && next !== state ? recorded(next, frame.message) : next
    }
    case 'snapshot':
      return followed(
        onLog(state, frame.conversation, (log) => applySnapshot(log, frame, wallNow)),
        frame.conversation,
      )
    case 'live':
      return onLog(cancelledAgain(state, frame.conversation, effects), frame.conversation, (log) => {
        const isBehind = log.position?.epoch !== frame.epoch || log.position.offset < frame.offset
        return log.sync === 'off' ? log : { ...log, sync: isBehind ? 'off' : 'live' }
      })
    case 'ack':
      return acked(state, frame)
    case 'nack': {
      const entry = state.outbox.find(({ id }) => id === frame.id)
      if (entry === undefined) return state
      const next = { ...state, outbox: refuse(state.outbox, frame) }
      return RETRYABLE_NACKS.has(frame.code) ? held(next, entry.conversation, frame.retryAfterMs ?? AGAIN_MS, effects) : next
    }
    case 'error': {
      const conversation = frame.re?.conversation
      if (frame.re?.type !== 'subscribe' || conversation === undefined) return state
      if (frame.code === 'not_found') return onLog(state, conversation, () => newLog('missing'))
      return held(
        onLog(state, conversation, (log) => ({ ...log, sync: 'off' })),
        conversation,
        AGAIN_MS,
        effects,
      )
    }
    default:
      return state
  }
}

/** [TB5] What was another's is gone in the same step; the same user's unsent messages survive an expiry. [RS3] */
function changedUser(state: ChatState, { user, keepsOutbox, freshId }: Extract<ChatEvent, { type: 'user' }>): ChatState {
  const isSameOwner = user === null ? keepsOutbox : state.owner === null || user === state.owner
  if (!isSameOwner) return { ...emptyChat(freshId, state.ready), user, owner: user }
  const { open, agent, outbox } = state
  const owner = user ?? state.owner
  const base = emptyChat(open, state.ready)
  const phase = openLog(state).phase
  return { ...base, user, owner, agent, outbox: requeue(outbox, undefined), logs: new Map(base.logs).set(open, newLog(phase)) }
}

function acked(state: ChatState, { id, conversation, epoch, offset }: Extract<PlatformFrame, { type: 'ack' }>): ChatState {
  // The platform knows the conversation now; whose message is the first in it reads along without asking. [RS7]
  const next = onLog(state, conversation, (log) =>
    log.phase === 'new' ? { ...log, phase: 'known', sync: offset === 1 ? 'asked' : 'off', position: { epoch, offset: 0 } } : log,
  )
  const position = next.logs.get(conversation)?.position
  const isShown = position?.epoch === epoch && position.offset >= offset
  const outbox = isShown ? drop(next.outbox, (entry) => entry.id === id) : deliver(next.outbox, (entry) => entry.id === id, { state: 'sent' })
  return { ...next, outbox }
}

/** [RS5] A run that was not even sent is dropped; any other is cancelled until it has ended. */
function stopped(state: ChatState, run: string, effects: ChatEffect[]): ChatState {
  const isWaiting = state.outbox.some(({ id, delivery }) => id === run && delivery.state === 'waiting')
  if (isWaiting) return { ...state, outbox: drop(state.outbox, (entry) => entry.id === run) }
  if (isOnline(state)) effects.push({ type: 'send', frame: { type: 'cancel', run } })
  return state.cancelling.some((one) => one.run === run) ? state : { ...state, cancelling: [...state.cancelling, { run, conversation: state.open }] }
}

/** Once caught up: what still runs is cancelled again, what nobody knows is forgotten. */
function cancelledAgain(state: ChatState, conversation: string, effects: ChatEffect[]): ChatState {
  const lines = state.logs.get(conversation)?.lines ?? []
  const isKnown = (run: string): boolean => lines.some((line) => line.id === run) || state.outbox.some((entry) => entry.id === run)
  const cancelling = state.cancelling.filter((one) => one.conversation !== conversation || isKnown(one.run))
  for (const one of cancelling) if (one.conversation === conversation) effects.push({ type: 'send', frame: { type: 'cancel', run: one.run } })
  return { ...state, cancelling }
}

function opened(state: ChatState, id: string, phase: 'new' | 'known'): ChatState {
  const logs = new Map(state.logs)
  const log = logs.get(id)
  // Setting it anew makes it the most recent one.
  logs.delete(id)
  logs.set(id, log === undefined || log.phase === 'missing' ? newLog(phase) : log)
  const spare = [...logs.keys()].filter((other) => other !== USER_LOG && other !== id)
  const isKept = (other: string): boolean => state.cancelling.some((one) => one.conversation === other) || logs.get(other)?.sync !== 'off'
  for (const other of spare.slice(0, -REMEMBERED)) if (!isKept(other)) logs.delete(other)
  return followed({ ...state, open: id, logs, agentSource: phase === 'known' ? 'followed' : state.agentSource }, id)
}

/** Who opens a conversation goes on with whom it was with. */
function followed(state: ChatState, conversation: string): ChatState {
  return state.agentSource === 'followed' && conversation === state.open ? { ...state, agent: lastAgent(state) ?? state.agent } : state
}

/** Whom the last message of the open conversation was for. */
function lastAgent(state: ChatState): AgentAddress | undefined {
  const queued = state.outbox.findLast((entry) => entry.conversation === state.open)
  const last = openLog(state).lines.findLast((line) => line.role === 'user')
  return queued?.agent ?? (last?.role === 'user' ? last.agent : undefined)
}

/** What a record says of its conversation: a deleted one is gone from the page as well. [RS7] */
function recorded(state: ChatState, record: LogMessage): ChatState {
  if (record.role !== 'conversation' || record.deleted !== true) return state
  const next = onLog(state, record.id, () => newLog('missing'))
  return { ...next, outbox: drop(next.outbox, (entry) => entry.conversation === record.id) }
}

function held(state: ChatState, conversation: string, delayMs: number, effects: ChatEffect[]): ChatState {
  effects.push({ type: 'hold', conversation, delayMs })
  return { ...state, held: [...state.held, conversation] }
}

function onLog(state: ChatState, id: string, change: (log: Log) => Log): ChatState {
  const log = state.logs.get(id)
  return log === undefined ? state : withLog(state, id, change(log))
}

function unsynced(logs: ChatState['logs']): ChatState['logs'] {
  return new Map([...logs].map(([id, log]) => [id, log.sync === 'off' ? log : { ...log, sync: 'off' as const }]))
}
