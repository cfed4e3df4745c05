import { agentKey, DEFAULT_LIMITS, RETRYABLE_NACKS, USER_LOG, type AgentAddress, type PlatformFrame } from '@symphainy/protocol'
import { emptyChat, isOnline, newLog, openLog, unsynced, type ChatEffect, type ChatEvent, type ChatState, type Log } from './chatState.js'
import { applyNext, applyOlder, applySnapshot, place } from './log.js'
import { deliver, failed, LIFE_MS, requeue, WAITING } from './outbox.js'
import { reconcile } from './reconcile.js'

/** How many conversations that are not open are remembered, so that opening them again shows them at once. */
const REMEMBERED = 8
/** How long what was refused for now waits when the platform tells no time, in milliseconds. */
const AGAIN_MS = 2_000

/** The decisions of the chat: what an event changes, and what must be done for it. Pure: works on a copy. */
export function chatTransition(before: ChatState, event: ChatEvent): { state: ChatState; effects: ChatEffect[] } {
  const state = { ...before, logs: new Map(before.logs) }
  const effects: ChatEffect[] = []
  happen(state, event, effects)
  reconcile(state, effects)
  return { state, effects }
}

function happen(chat: ChatState, event: ChatEvent, effects: ChatEffect[]): void {
  switch (event.type) {
    case 'user':
      if (event.user !== chat.user) changeUser(chat, event)
      break
    case 'frame':
      if (event.frame.type === 'ready' || isOnline(chat)) receive(chat, event.frame, event.wallNow, effects)
      break
    case 'joined':
      if (chat.user !== null) chat.ready = { user: chat.user, limits: DEFAULT_LIMITS }
      break
    case 'lost':
      disconnect(chat, event.closeCode)
      break
    case 'typed': {
      const { id, text, agent, retryOf, wallNow } = event
      if (chat.user !== null)
        chat.outbox = [...chat.outbox, { role: 'user', id, text, agent, createdAt: wallNow, delivery: WAITING, conversation: chat.open, retryOf }]
      break
    }
    case 'resent':
      chat.outbox = chat.outbox.map((entry) =>
        entry.id === event.id && entry.delivery.state === 'failed' ? { ...entry, delivery: WAITING, createdAt: event.wallNow } : entry,
      )
      break
    case 'discarded':
      chat.outbox = chat.outbox.filter(({ id, delivery }) => id !== event.id || (delivery.state !== 'waiting' && delivery.state !== 'failed'))
      break
    case 'stopped':
      stop(chat, event.run, effects)
      break
    case 'agentChosen': {
      const { agent, freshId } = event
      if (freshId !== undefined && agentKey(lastAgent(chat) ?? agent) !== agentKey(agent)) open(chat, freshId, 'new')
      chat.agent = agent
      chat.agentSource = 'chosen'
      break
    }
    case 'opened':
      if (event.id !== chat.open || openLog(chat).state === 'missing') open(chat, event.id, event.phase)
      break
    case 'recorded': {
      const { id, change } = event
      onLog(chat, USER_LOG, (log) => {
        const record = log.lines.find((line) => line.id === id)
        return record?.role === 'conversation' ? { ...log, lines: place(log.lines, { ...record, ...change }) } : log
      })
      if ('deleted' in change) forget(chat, id)
      break
    }
    case 'olderAsked':
      onLog(chat, event.conversation, (log) => ({ ...log, older: log.older && { ...log.older, isLoading: true } }))
      break
    case 'olderCame':
      onLog(chat, event.conversation, (log) => (log.older?.isLoading ? applyOlder(log, event.conversation, event.messages, event.next) : log))
      break
    case 'released':
      chat.held = chat.held.filter((id) => id !== event.conversation)
  }
}

function receive(chat: ChatState, frame: PlatformFrame, wallNow: number, effects: ChatEffect[]): void {
  const hold = (conversation: string, delayMs = AGAIN_MS): void => {
    effects.push({ type: 'hold', conversation, delayMs })
    chat.held = [...chat.held, conversation]
  }
  switch (frame.type) {
    case 'ready':
      disconnect(chat)
      chat.ready = { user: frame.session.user.id, limits: frame.limits }
      // What waited too long is not sent behind a person's back. [RS3]
      deliver(chat, ({ delivery, createdAt }) => delivery.state === 'waiting' && wallNow - createdAt > LIFE_MS, failed('timeout'))
      break
    case 'entry':
    case 'event':
      onLog(chat, frame.conversation, (log) => applyNext(log, frame, wallNow))
      if (frame.type === 'entry' && frame.message.role === 'conversation' && frame.message.deleted) forget(chat, frame.message.id)
      break
    case 'snapshot':
      onLog(chat, frame.conversation, (log) => applySnapshot(log, frame, wallNow))
      if (frame.conversation === chat.open) follow(chat)
      break
    case 'live':
      cancelAgain(chat, frame.conversation, effects)
      onLog(chat, frame.conversation, (log) => {
        const isBehind = log.position?.epoch !== frame.epoch || log.position.offset < frame.offset
        return isBehind ? unsynced(log) : log.state === 'asked' ? { ...log, state: 'live' } : log
      })
      break
    case 'ack': {
      const { id, conversation, epoch, offset } = frame
      // Whose first message made the conversation is subscribed to it from its start; the acks of others may be late. [RS7]
      onLog(chat, conversation, (log) => (log.state === 'new' ? { ...log, state: offset === 1 ? 'asked' : 'off', position: { epoch, offset: 0 } } : log))
      const position = chat.logs.get(conversation)?.position
      if (position?.epoch === epoch && position.offset >= offset) chat.outbox = chat.outbox.filter((entry) => entry.id !== id)
      else deliver(chat, (entry) => entry.id === id, { state: 'sent' })
      break
    }
    case 'nack': {
      const refused = chat.outbox.find(({ id }) => id === frame.id)
      const isForNow = RETRYABLE_NACKS.has(frame.code)
      deliver(chat, (entry) => entry === refused, isForNow ? WAITING : failed(frame.code, frame.message))
      if (refused !== undefined && isForNow) hold(refused.conversation, frame.retryAfterMs)
      break
    }
    case 'error': {
      const { type, conversation } = frame.re ?? {}
      if (type !== 'subscribe' || conversation === undefined) break
      const isMissing = frame.code === 'not_found'
      onLog(chat, conversation, (log) => (isMissing ? newLog('missing') : unsynced(log)))
      if (!isMissing) hold(conversation)
    }
  }
}

/** [TB5] What was another's is gone in the same step; the same user's unsent messages survive an expiry. [RS3] */
function changeUser(chat: ChatState, { user, keepsOutbox, freshId }: Extract<ChatEvent, { type: 'user' }>): void {
  const { owner, ready, agent, outbox, open: id } = chat
  const isSameOwner = user === null ? keepsOutbox : owner === null || user === owner
  const { state } = unsynced(openLog(chat))
  Object.assign(chat, emptyChat(isSameOwner ? id : freshId), { user, ready, owner: user })
  if (!isSameOwner) return
  Object.assign(chat, { owner: user ?? owner, agent, outbox })
  chat.logs.set(id, newLog(state))
  requeue(chat)
}

function disconnect(chat: ChatState, closeCode?: number): void {
  chat.ready = null
  for (const [id, log] of chat.logs) chat.logs.set(id, unsynced(log))
  requeue(chat, closeCode)
}

/** [RS5] A run that was not even sent is dropped; any other is cancelled until it has ended. */
function stop(chat: ChatState, run: string, effects: ChatEffect[]): void {
  const unsent = chat.outbox.filter((entry) => entry.id !== run || entry.delivery.state !== 'waiting')
  if (unsent.length < chat.outbox.length) {
    chat.outbox = unsent
    return
  }
  if (isOnline(chat)) effects.push({ type: 'cancel', run })
  if (!chat.cancelling.some((one) => one.run === run)) chat.cancelling = [...chat.cancelling, { run, conversation: chat.open }]
}

/** Once caught up: what still runs is cancelled again, what nobody knows is forgotten. */
function cancelAgain(chat: ChatState, conversation: string, effects: ChatEffect[]): void {
  const known = [...(chat.logs.get(conversation)?.lines ?? []), ...chat.outbox]
  chat.cancelling = chat.cancelling.filter((one) => {
    if (one.conversation !== conversation) return true
    const isKnown = known.some(({ id }) => id === one.run)
    if (isKnown) effects.push({ type: 'cancel', run: one.run })
    return isKnown
  })
}

function open(chat: ChatState, id: string, phase: 'new' | 'known'): void {
  const { logs, cancelling } = chat
  const log = logs.get(id)
  // Setting it anew makes it the most recent one.
  logs.delete(id)
  logs.set(id, log === undefined || log.state === 'missing' ? newLog(phase === 'new' ? 'new' : 'off') : log)
  const spare = [...logs.keys()].filter((other) => other !== USER_LOG && other !== id)
  for (const other of spare.slice(0, -REMEMBERED)) if (!cancelling.some(({ conversation }) => conversation === other)) logs.delete(other)
  chat.open = id
  if (phase === 'known') chat.agentSource = 'followed'
  follow(chat)
}

/** Who opens a conversation goes on with whom it was with. */
function follow(chat: ChatState): void {
  if (chat.agentSource === 'followed') chat.agent = lastAgent(chat) ?? chat.agent
}

/** Whom the last message of the open conversation was for. */
function lastAgent(chat: ChatState): AgentAddress | undefined {
  const queued = chat.outbox.findLast((entry) => entry.conversation === chat.open)
  const last = queued ?? openLog(chat).lines.findLast((line) => line.role === 'user')
  return last?.role === 'user' ? last.agent : undefined
}

/** A deleted conversation is gone from the page as well. [RS7] */
function forget(chat: ChatState, conversation: string): void {
  onLog(chat, conversation, () => newLog('missing'))
  chat.outbox = chat.outbox.filter((entry) => entry.conversation !== conversation)
}

function onLog({ logs }: ChatState, id: string, change: (log: Log) => Log): void {
  const log = logs.get(id)
  if (log !== undefined) logs.set(id, change(log))
}
