import { agentKey, DEFAULT_LIMITS, USER_LOG } from '@symphainy/protocol'
import { emptyChat, isOnline, newLog, onLog, openLog, unsynced, type ChatEvent, type ChatState } from './chatState.js'
import { withOlder } from './log.js'
import { lastAgent, openConversation } from './openConversation.js'
import { drop, requeue, WAITING } from './outbox.js'
import { disconnect, forget, receive } from './received.js'
import { reconcile } from './reconcile.js'

/** The decisions of the chat: what an event changes, and (`effects`) what must be done for it. Pure: works on a copy. */
export function chatTransition(before: ChatState, event: ChatEvent): ChatState {
  const chat: ChatState = { ...before, logs: new Map(before.logs), effects: [] }
  happen(chat, event)
  reconcile(chat)
  return chat
}

function happen(chat: ChatState, event: ChatEvent): void {
  switch (event.type) {
    case 'user':
      if (event.user !== chat.user) changeUser(chat, event)
      break
    case 'frame':
      receive(chat, event.frame, event.wallNow)
      break
    case 'joined':
      if (chat.user !== null) chat.ready = { user: chat.user, limits: DEFAULT_LIMITS }
      break
    case 'lost':
      disconnect(chat, event.closeCode)
      break
    case 'typed': {
      const { type: _, wallNow: createdAt, ...message } = event
      if (chat.user !== null) chat.outbox = [...chat.outbox, { role: 'user', ...message, createdAt, delivery: WAITING, conversation: chat.open }]
      break
    }
    case 'resent':
      chat.outbox = chat.outbox.map((entry) =>
        (entry.id === event.id || entry.retryOf === event.id) && entry.delivery.state === 'failed'
          ? { ...entry, delivery: WAITING, createdAt: event.wallNow }
          : entry,
      )
      break
    case 'discarded':
      drop(chat, ({ id, delivery }) => id === event.id && (delivery.state === 'waiting' || delivery.state === 'failed'))
      break
    case 'stopped':
      stop(chat, event.run)
      break
    case 'agentChosen': {
      const { agent, freshId } = event
      if (freshId && agentKey(lastAgent(chat) ?? agent) !== agentKey(agent)) openConversation(chat, freshId, 'new')
      chat.agent = agent
      chat.agentSource = 'chosen'
      break
    }
    case 'opened':
      if (event.id !== chat.open || openLog(chat).state === 'missing') openConversation(chat, event.id, event.phase)
      break
    case 'recorded': {
      const { id, change } = event
      onLog(chat, USER_LOG, (log) => ({ ...log, lines: log.lines.map((line) => (line.id === id ? { ...line, ...change } : line)) }))
      if ('deleted' in change) forget(chat, id)
      break
    }
    case 'olderAsked':
      onLog(chat, event.conversation, (log) => ({ ...log, older: log.older && { ...log.older, isLoading: true } }))
      break
    case 'olderCame':
      onLog(chat, event.conversation, (log) => (log.older?.isLoading ? withOlder(log, event.messages, event.next) : log))
      break
    case 'released':
      chat.held = chat.held.filter((id) => id !== event.conversation)
  }
}

/** [TB5] What was another's is gone in the same step; the same user's unsent messages survive an expiry. [RS3] */
function changeUser(chat: ChatState, { user, keepsOutbox, freshId }: Extract<ChatEvent, { type: 'user' }>): void {
  const { owner, ready, agent, outbox, open } = chat
  const isSameOwner = user === null ? keepsOutbox : owner === null || user === owner
  const { state } = unsynced(openLog(chat))
  Object.assign(chat, emptyChat(isSameOwner ? open : freshId), { user, ready, owner: user })
  if (!isSameOwner) return
  Object.assign(chat, { owner: user ?? owner, agent, outbox })
  chat.logs.set(open, newLog(state))
  requeue(chat)
}

/** [RS5] A run that was not even sent is dropped; any other is cancelled until it has ended. */
function stop(chat: ChatState, run: string): void {
  const { length } = chat.outbox
  drop(chat, ({ id, delivery }) => id === run && delivery.state === 'waiting')
  if (chat.outbox.length < length) return
  if (isOnline(chat)) chat.effects.push({ type: 'cancel', run })
  chat.cancelling = [...chat.cancelling.filter((one) => one.run !== run), { run, conversation: chat.open }]
}
