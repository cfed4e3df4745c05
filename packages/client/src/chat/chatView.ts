import { newRunMessage, USER_LOG, type ConversationRecord } from '@symphainy/protocol'
import { SymphainyError } from '../errors/symphainyError.js'
import type { ChatSnapshot, ConversationView, DeliveryState, ShownMessage, ShownUserMessage } from './chatApi.js'
import { newLog, openLog, type ChatState, type EntryState, type Line, type Log, type OutboxEntry } from './chatState.js'
import { place } from './log.js'

const NOTHING: readonly never[] = []

/** Remembers the last result: as long as the inputs are the same, so is it. */
function remembered<Inputs extends readonly unknown[], Result>(make: (...inputs: Inputs) => Result): (...inputs: Inputs) => Result {
  let last: { inputs: Inputs; result: Result } | undefined
  return (...inputs) => {
    if (last === undefined || inputs.some((input, index) => input !== last?.inputs[index])) last = { inputs, result: make(...inputs) }
    return last.result
  }
}

/** The one of before, if nothing in it has changed. */
function kept<T extends object>(before: T | undefined, now: T): T {
  return before !== undefined && (Object.keys(now) as (keyof T)[]).every((key) => before[key] === now[key]) ? before : now
}

/** What of the state is shown. What did not change keeps its identity, so that only what did is rendered. */
export function createChatView(): (state: ChatState) => ChatSnapshot {
  let shown: ChatSnapshot | undefined
  const entries = new WeakMap<OutboxEntry, ShownUserMessage>()
  const shownOnce = (entry: OutboxEntry): ShownUserMessage => {
    const message = entries.get(entry) ?? shownEntry(entry)
    entries.set(entry, message)
    return message
  }
  const messagesOf = remembered((lines: readonly Line[], outbox: readonly OutboxEntry[], open: string): readonly ShownMessage[] =>
    outbox
      .filter((entry) => entry.conversation === open)
      .reduce(
        (messages, entry) => (entry.retryOf === undefined ? [...messages, shownOnce(entry)] : withRetry(messages, entry, entry.retryOf)),
        lines as readonly ShownMessage[],
      ),
  )
  const recordsOf = remembered((lines: readonly Line[]): readonly ConversationRecord[] =>
    lines
      .filter((line): line is ConversationRecord => line.role === 'conversation' && line.deleted !== true)
      .sort((left, right) => right.updatedAt - left.updatedAt),
  )

  return (state) => {
    const log = openLog(state)
    const list = state.logs.get(USER_LOG) ?? newLog('known')
    // What an expired session left for its user's return is nobody's to see. [TB5]
    const outbox = state.user === null ? NOTHING : state.outbox
    const messages = messagesOf(log.lines, outbox, state.open)
    const now: ChatSnapshot = {
      agent: state.agent,
      conversation: kept(shown?.conversation, {
        id: state.open,
        state: stateOf(log, messages),
        messages,
        activeRun: messages.findLast((message) => message.role === 'assistant' && message.status === 'running')?.id ?? null,
        hasMore: log.older.state !== 'none',
        loadingMore: log.older.state === 'loading',
      }),
      conversations: recordsOf(list.lines),
      conversationsState: list.position !== null ? 'ready' : state.held.includes(USER_LOG) ? 'failed' : 'loading',
      hasMoreConversations: list.older.state !== 'none',
      unsent: outbox.filter(({ delivery }) => delivery.state === 'waiting' || delivery.state === 'sending').length,
    }
    shown = kept(shown, now)
    return shown
  }
}

function stateOf({ phase, position }: Log, messages: readonly ShownMessage[]): ConversationView['state'] {
  if (phase === 'missing') return 'missing'
  if (position !== null || messages.length > 0) return 'live'
  return phase === 'new' ? 'new' : 'loading'
}

function shownEntry({ id, text, agent, queuedAt, delivery }: OutboxEntry): ShownUserMessage {
  return { role: 'user', id, text, agent, createdAt: queuedAt, delivery: deliveryOf(delivery) }
}

/** Refusals that another try may change. */
const CAN_RETRY: ReadonlySet<string> = new Set(['timeout', 'quota_exceeded'])

function deliveryOf(delivery: EntryState): DeliveryState {
  return delivery.state === 'failed' ? { state: 'failed', error: errorOf(delivery), canRetry: CAN_RETRY.has(delivery.code) } : delivery
}

/** The platform's refusals come with its words; the client's own have theirs. */
function errorOf({ code, message }: Extract<EntryState, { state: 'failed' }>): SymphainyError {
  return new SymphainyError(code, { message })
}

/** A retry that is on its way stands where its answer will; one that was refused says so at the answer it was for. */
function withRetry(messages: readonly ShownMessage[], { id, agent, queuedAt, delivery }: OutboxEntry, retryOf: string): readonly ShownMessage[] {
  if (delivery.state !== 'failed') return place(messages, { ...newRunMessage(id, queuedAt), agent, retryOf }) as readonly ShownMessage[]
  const { code, message } = errorOf(delivery)
  return messages.map((shown) => (shown.role === 'assistant' && shown.id === retryOf ? { ...shown, error: { code, message } } : shown))
}
