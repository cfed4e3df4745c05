import type { AgentAddress, AgentMessage, ConversationRecord, UserMessage } from '@symphainy/protocol'
import type { SendResult } from '../connection/connectionApi.js'
import type { SymphainyError } from '../errors/symphainyError.js'

/** What became of a message that was typed here. */
export type DeliveryState =
  | { state: 'waiting' } // in the outbox
  | { state: 'sending' } // sent, not yet acked
  | { state: 'sent' } // acked: durable
  | { state: 'failed'; error: SymphainyError; canRetry: boolean }

export interface ShownUserMessage extends UserMessage {
  delivery: DeliveryState
}

export type ShownMessage = ShownUserMessage | AgentMessage

export interface ConversationView {
  id: string
  /** `new`: nothing said yet. `loading`: subscribed, the snapshot has not come. `missing`: deleted, or not the user's. */
  state: 'new' | 'loading' | 'live' | 'missing'
  /**
   * Oldest first, each answer behind its question; a retried run's earlier answer is left out. A question and its answer
   * have the same `id`: `role` and `id` together are unique.
   */
  messages: readonly ShownMessage[]
  /** The run that goes on now, or null. */
  activeRun: string | null
  /** Whether there is more before the first message. */
  hasMore: boolean
  loadingMore: boolean
}

export interface ChatSnapshot {
  /** The selected agent: the one the next message is for. */
  agent: AgentAddress
  /** The open conversation. Always there: a fresh one has an id made here. */
  conversation: ConversationView
  /** Newest first, without the deleted ones. */
  conversations: readonly ConversationRecord[]
  /** `loading` until the first page or snapshot came. */
  conversationsState: 'loading' | 'ready' | 'failed'
  /** Whether older ones can be fetched with `loadMoreConversations`. */
  hasMoreConversations: boolean
  /** Messages typed here that are not acked yet, in all conversations: ask before a sign-out that would lose them. [RS3] */
  unsent: number
}

export interface ChatStore {
  getSnapshot(): ChatSnapshot
  subscribe(listener: () => void): () => void
  /** Checks, shows and queues the message. `refused`: blank or over the limit; nothing is shown. */
  sendMessage(text: string): { result: SendResult; id: string | null; error: SymphainyError | null }
  /** Sends a failed message once more, with the same id. */
  resend(messageId: string): void
  /** Drops a failed or waiting message that was never acked. */
  discard(messageId: string): void
  /** Answers an ended run's message once more. */
  retryRun(run: string): void
  /** Stops the active run; the answer shows as cancelled when the platform says so. */
  stop(): void
  /**
   * Without reconnecting; the next message is for this agent. `keep`: whether the open conversation stays although the
   * last message in it was for another agent (a handover keeps it); else a new one is opened. @default true [L7]
   */
  switchAgent(agent: AgentAddress, options?: { keep?: boolean }): void
  newConversation(): void
  openConversation(id: string): void
  renameConversation(id: string, title: string): Promise<void>
  deleteConversation(id: string): Promise<void>
  /** Earlier messages of the open conversation. @throws SymphainyError when they cannot be had now */
  loadMore(): Promise<void>
  loadMoreConversations(): Promise<void>
  /** Conversations by title or text; does not change the snapshot. */
  searchConversations(query: string, options?: { signal?: AbortSignal }): Promise<ConversationRecord[]>
}
