import {
  GUIDE,
  USER_LOG,
  type AgentAddress,
  type ClientFrame,
  type ConversationRecord,
  type Limits,
  type LogMessage,
  type PlatformFrame,
  type Position,
} from '@symphainy/protocol'
import type { ShownMessage, ShownUserMessage } from './chatApi.js'

/** A line of a log as it is kept: of `@user` the records, else what is shown. */
export type Line = ShownMessage | ConversationRecord

/** What is known of one log: a conversation, or `@user`. */
export interface Log {
  /**
   * `new`: made here, the platform has not said that it knows it. `missing`: deleted, or not the user's. Of the others
   * the platform knows: `off`: not subscribed on this connection. `asked`: a subscribe is outstanding. `live`: subscribed.
   */
  state: 'new' | 'missing' | 'off' | 'asked' | 'live'
  /** How far it has been applied; null before the first snapshot or entry. [RS1] */
  position: Position | null
  lines: readonly Line[]
  /** What lies before the first line, if anything; `before` is where the next page begins, empty for the first page. */
  older: { before: string; isLoading: boolean } | null
}

/**
 * A message on its way, as it is shown. A store that keeps it needs no more of its delivery than the code of a failure;
 * `createdAt` is when it was queued, in milliseconds since the Unix epoch by this device's clock. [RS3]
 */
export interface OutboxEntry extends ShownUserMessage {
  conversation: string
  retryOf?: string | undefined
}

/** Never changed once it is another event's past: a transition works on a copy. */
export interface ChatState {
  /** Who is signed in: whose data this is. */
  user: string | null
  /** Who was signed in last: whose outbox and open conversation are kept when a session merely expires. */
  owner: string | null
  /** What the connection said in `ready`; null while there is none. */
  ready: { user: string; limits: Limits } | null
  agent: AgentAddress
  /** Whether the agent was chosen by the person, or follows the conversation that was opened. */
  agentSource: 'chosen' | 'followed'
  open: string
  /** The least recently opened first; the open one and `@user` are always there. */
  logs: Map<string, Log>
  /** The signed-in user's, or what an expired session left for its owner's return; in the order of typing. */
  outbox: readonly OutboxEntry[]
  /** Logs for which the platform takes nothing for a while: neither messages nor a subscribe. */
  held: readonly string[]
  /** Runs that were stopped and have not ended. [RS5] */
  cancelling: readonly { run: string; conversation: string }[]
  /** What must be done because of the event that made this state, in this order. */
  effects: ChatEffect[]
}

export type ChatEvent =
  | { type: 'user'; user: string | null; keepsOutbox: boolean; freshId: string }
  | { type: 'frame'; frame: PlatformFrame; wallNow: number }
  /** The connection was ready before the chat was there. */
  | { type: 'joined' }
  | { type: 'lost'; closeCode?: number | undefined }
  | { type: 'typed'; id: string; text: string; agent: AgentAddress; retryOf?: string | undefined; wallNow: number }
  /** The id of the message, or of the run that it retries. */
  | { type: 'resent'; id: string; wallNow: number }
  | { type: 'discarded'; id: string }
  | { type: 'stopped'; run: string }
  /** With `freshId` a conversation with another agent is left for a new one. */
  | { type: 'agentChosen'; agent: AgentAddress; freshId?: string | undefined }
  | { type: 'opened'; id: string; phase: 'new' | 'known' }
  /** A conversation was renamed or deleted here; its log tells the same a little later. */
  | { type: 'recorded'; id: string; change: { title: string } | { deleted: true } }
  | { type: 'olderAsked'; conversation: string }
  /** A page of history, newest first. */
  | { type: 'olderCame'; conversation: string; messages: readonly LogMessage[]; next: string | null }
  | { type: 'released'; conversation: string }

/** A frame to send, or a log to hold: `released` comes back after the delay. */
export type ChatEffect = ClientFrame | { type: 'hold'; conversation: string; delayMs: number }

export function newLog(state: Log['state']): Log {
  return { state, position: null, lines: [], older: null }
}

/** Nothing of anybody's. */
export function emptyChat(freshId: string): ChatState {
  return {
    user: null,
    owner: null,
    ready: null,
    agent: GUIDE,
    agentSource: 'chosen',
    open: freshId,
    logs: new Map([
      [USER_LOG, newLog('off')],
      [freshId, newLog('new')],
    ]),
    outbox: [],
    held: [],
    cancelling: [],
    effects: [],
  }
}

/** Whether frames may go out: the connection is this user's. [RS3] */
export function isOnline({ ready, user }: ChatState): boolean {
  return ready?.user === user
}

export function openLog({ logs, open }: ChatState): Log {
  return logs.get(open) as Log
}

export function isSynced({ state }: Log): boolean {
  return state === 'asked' || state === 'live'
}

/** A log as it is without its subscription. */
export function unsynced(log: Log): Log {
  return isSynced(log) ? { ...log, state: 'off' } : log
}

export function onLog({ logs }: ChatState, id: string, change: (log: Log) => Log): void {
  const log = logs.get(id)
  if (log !== undefined) logs.set(id, change(log))
}
