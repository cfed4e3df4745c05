import { newRunMessage, USER_LOG, type ConversationRecord } from '@symphainy/protocol'
import type { ChatSnapshot, ConversationView, ShownMessage } from './chatApi.js'
import { openLog, type ChatState, type Log, type OutboxEntry } from './chatState.js'
import { place } from './log.js'

/** What was there before, if nothing in it has changed. */
function kept<T extends object>(before: T | undefined, now: T): T {
  if (before === undefined || before === now) return now
  const keys = Object.keys(now) as (keyof T)[]
  return keys.length === Object.keys(before).length && keys.every((key) => before[key] === now[key]) ? before : now
}

/** What of the state is shown. What did not change keeps its identity, so that only what did is rendered. */
export function createChatView(): (state: ChatState) => ChatSnapshot {
  let seen: ChatState | undefined
  let shown: ChatSnapshot | undefined
  return (state) => {
    if (shown !== undefined && seen === state) return shown
    seen = state
    const log = openLog(state)
    const list = state.logs.get(USER_LOG) as Log
    // What an expired session left for its user's return is nobody's to see. [TB5]
    const outbox = state.user === null ? [] : state.outbox
    const before = shown?.conversation.messages
    const messages = outbox
      .filter((entry) => entry.conversation === state.open)
      .reduce(withEntry, log.lines as readonly ShownMessage[])
      .map((message, index) => kept(before?.[index], message))
    const now: ChatSnapshot = {
      agent: state.agent,
      conversation: kept(shown?.conversation, {
        id: state.open,
        state: stateOf(log, messages),
        messages: kept(before, messages),
        activeRun: messages.findLast((message) => message.role === 'assistant' && message.status === 'running')?.id ?? null,
        hasMore: log.older !== null,
        loadingMore: log.older?.isLoading === true,
      }),
      conversations: kept(
        shown?.conversations,
        list.lines
          .filter((line): line is ConversationRecord => line.role === 'conversation' && !line.deleted)
          .sort((left, right) => right.updatedAt - left.updatedAt),
      ),
      conversationsState: list.position !== null ? 'ready' : state.held.includes(USER_LOG) ? 'failed' : 'loading',
      hasMoreConversations: list.older !== null,
      unsent: outbox.filter(({ delivery }) => delivery.state === 'waiting' || delivery.state === 'sending').length,
    }
    return (shown = kept(shown, now))
  }
}

function stateOf({ state, position }: Log, messages: readonly ShownMessage[]): ConversationView['state'] {
  if (state === 'missing') return state
  if (position !== null || messages.length > 0) return 'live'
  return state === 'new' ? state : 'loading'
}

/** A retry that is on its way stands where its answer will; one that was refused says so at the answer it was for. */
function withEntry(messages: readonly ShownMessage[], entry: OutboxEntry): readonly ShownMessage[] {
  const { id, agent, createdAt, retryOf, delivery } = entry
  if (retryOf === undefined) return [...messages, entry]
  if (delivery.state !== 'failed') return place(messages, { ...newRunMessage(id, createdAt), agent, retryOf }) as readonly ShownMessage[]
  return messages.map((shown) => (shown.role === 'assistant' && shown.id === retryOf ? { ...shown, error: delivery.error } : shown))
}
