import { ERROR_TEXTS, newRunMessage, USER_LOG, type ConversationRecord, type ErrorCode } from '@symphainy/protocol'
import { SymphainyError } from '../errors/symphainyError.js'
import type { ChatSnapshot, ConversationView, DeliveryState, ShownMessage, ShownUserMessage } from './chatApi.js'
import { openLog, type ChatState, type EntryState, type Line, type OutboxEntry } from './chatState.js'
import { place } from './log.js'

const NO_LINES: readonly Line[] = []
const NO_OUTBOX: readonly OutboxEntry[] = []

/** Remembers the last result of a function of a few values: as long as they are the same, so is the result. */
function remembered<Inputs extends readonly unknown[], Result>(make: (...inputs: Inputs) => Result): (...inputs: Inputs) => Result {
  let last: { inputs: Inputs; result: Result } | undefined
  return (...inputs) => {
    if (last === undefined || inputs.some((input, index) => input !== last?.inputs[index])) last = { inputs, result: make(...inputs) }
    return last.result
  }
}

/** What of the state is shown. What did not change keeps its identity, so that only what did is rendered. */
export function createChatView(): (state: ChatState) => ChatSnapshot {
  const entries = new WeakMap<OutboxEntry, ShownUserMessage>()
  const shown = (entry: OutboxEntry): ShownUserMessage => {
    const message = entries.get(entry) ?? shownEntry(entry)
    entries.set(entry, message)
    return message
  }

  const messagesOf = remembered((lines: readonly Line[], outbox: readonly OutboxEntry[], open: string): readonly ShownMessage[] =>
    outbox
      .filter((entry) => entry.conversation === open)
      .reduce((messages, entry) => (entry.retryOf === undefined ? [...messages, shown(entry)] : withRetry(messages, entry)), lines as readonly ShownMessage[]),
  )

  const conversationOf = remembered((id: string, state: ConversationView['state'], messages: readonly ShownMessage[], older: string): ConversationView => {
    const active = messages.findLast((message) => message.role === 'assistant' && message.status === 'running')
    return { id, state, messages, activeRun: active?.id ?? null, hasMore: older !== 'none', loadingMore: older === 'loading' }
  })

  const recordsOf = remembered((lines: readonly Line[]): readonly ConversationRecord[] =>
    lines.filter((line): line is ConversationRecord => line.role === 'conversation' && line.deleted !== true).sort((left, right) => right.updatedAt - left.updatedAt),
  )

  const snapshotOf = remembered(
    (
      agent: ChatSnapshot['agent'],
      conversation: ConversationView,
      conversations: readonly ConversationRecord[],
      conversationsState: ChatSnapshot['conversationsState'],
      hasMoreConversations: boolean,
      unsent: number,
    ): ChatSnapshot => ({ agent, conversation, conversations, conversationsState, hasMoreConversations, unsent }),
  )

  return (state) => {
    const log = openLog(state)
    const list = state.logs.get(USER_LOG)
    // What an expired session left for its user's return is nobody's to see. [TB5]
    const outbox = state.user === null ? NO_OUTBOX : state.outbox
    const messages = messagesOf(log.lines, outbox, state.open)
    return snapshotOf(
      state.agent,
      conversationOf(state.open, stateOf(log.phase, log.position !== null || messages.length > 0), messages, log.older.state),
      recordsOf(list?.lines ?? NO_LINES),
      list?.position != null || (list?.lines.length ?? 0) > 0 ? 'ready' : list?.sync === 'refused' ? 'failed' : 'loading',
      list !== undefined && list.older.state !== 'none',
      outbox.filter(({ delivery }) => delivery.state === 'waiting' || delivery.state === 'sending').length,
    )
  }
}

function stateOf(phase: 'new' | 'known' | 'missing', hasContent: boolean): ConversationView['state'] {
  if (phase === 'missing') return 'missing'
  if (hasContent) return 'live'
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

/** A newer platform may know codes that this version does not: then its words are shown. */
function errorOf({ code, message }: Extract<EntryState, { state: 'failed' }>): SymphainyError {
  return new SymphainyError(code, message === undefined || Object.hasOwn(ERROR_TEXTS, code as ErrorCode) ? {} : { message })
}

/** A retry that is on its way stands where its answer will; one that was refused says so at the answer it was for. */
function withRetry(messages: readonly ShownMessage[], { id, agent, retryOf, queuedAt, delivery }: OutboxEntry): readonly ShownMessage[] {
  if (retryOf === undefined) return messages
  if (delivery.state !== 'failed') return place(messages, { ...newRunMessage(id, queuedAt), agent, retryOf }) as readonly ShownMessage[]
  const { code, message } = errorOf(delivery)
  return messages.map((shown) => (shown.role === 'assistant' && shown.id === retryOf ? { ...shown, error: { code, message } } : shown))
}
