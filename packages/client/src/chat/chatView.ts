import { newRunMessage, USER_LOG, type ConversationRecord } from '@symphainy/protocol'
import type { ChatSnapshot, ConversationView, ShownMessage } from './chatApi.js'
import { openLog, type ChatState, type Log, type OutboxEntry } from './chatState.js'
import { place } from './log.js'

/** What was there before, if nothing in it has changed. */
function kept<T extends object>(before: T | undefined, now: T): T {
  if (!before || before === now) return now
  const keys = Object.keys(now) as (keyof T)[]
  return keys.length === Object.keys(before).length && keys.every((key) => before[key] === now[key]) ? before : now
}

/** What of the state is shown. What did not change keeps its identity, so that only what did is rendered. */
export function createChatView(): (state: ChatState) => ChatSnapshot {
  let seen: ChatState | undefined
  let shown: ChatSnapshot | undefined
  return (state) => {
    if (shown && seen === state) return shown
    seen = state
    const { open, user } = state
    const log = openLog(state)
    const list = state.logs.get(USER_LOG) as Log
    // What an expired session left for its user's return is nobody's to see. [TB5]
    const outbox = user === null ? [] : state.outbox
    const before = shown?.conversation
    const messages = outbox
      .reduce((lines, entry) => (entry.conversation === open ? withEntry(lines, entry) : lines), log.lines as readonly ShownMessage[])
      .map((message, index) => kept(before?.messages[index], message))
    const now: ChatSnapshot = {
      agent: state.agent,
      conversation: kept(before, {
        id: open,
        state: stateOf(log, messages),
        messages: kept(before?.messages, messages),
        activeRun: messages.findLast((message) => message.role === 'assistant' && message.status === 'running')?.id ?? null,
        hasMore: log.older !== null,
        loadingMore: log.older?.isLoading === true,
      }),
      conversations: kept(
        shown?.conversations,
        (list.lines as readonly ConversationRecord[]).filter((record) => !record.deleted).sort((left, right) => right.updatedAt - left.updatedAt),
      ),
      conversationsState: list.position ? 'ready' : state.held.includes(USER_LOG) ? 'failed' : 'loading',
      hasMoreConversations: list.older !== null,
      unsent: outbox.filter(({ delivery }) => delivery.state === 'waiting' || delivery.state === 'sending').length,
    }
    return (shown = kept(shown, now))
  }
}

function stateOf({ state, position }: Log, messages: readonly ShownMessage[]): ConversationView['state'] {
  if (state === 'missing') return state
  if (position || messages.length > 0) return 'live'
  return state === 'new' ? state : 'loading'
}

/** A retry that is on its way stands where its answer will; one that was refused says so at the answer it was for. */
function withEntry(messages: readonly ShownMessage[], entry: OutboxEntry): readonly ShownMessage[] {
  const { id, agent, createdAt, retryOf, delivery } = entry
  if (!retryOf) return [...messages, entry]
  if (delivery.state !== 'failed') return place(messages, { ...newRunMessage(id, createdAt), agent, retryOf }) as readonly ShownMessage[]
  return messages.map((shown) => (shown.role === 'assistant' && shown.id === retryOf ? { ...shown, error: delivery.error } : shown))
}
