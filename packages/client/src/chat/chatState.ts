import {
  DEFAULT_LIMITS,
  GUIDE,
  USER_LOG,
  type AgentAddress,
  type ConversationRecord,
  type Limits,
  type LogMessage,
  type PlatformFrame,
  type ClientFrame,
  type Position,
} from '@symphainy/protocol'
import type { ClientErrorCode } from '../errors/symphainyError.js'
import type { ShownMessage } from './chatApi.js'

/** A line of a log as it is kept: of `@user` the records, else what is shown. */
export type Line = ShownMessage | ConversationRecord

/** What is known of one log: a conversation, or `@user`. */
export interface Log {
  /** `new`: made here, the platform has not said that it knows it. `missing`: deleted, or not the user's. */
  phase: 'new' | 'known' | 'missing'
  /** How far it has been applied; null before the first snapshot. [RS1] */
  position: Position | null
  /** On this connection. `asked`: a subscribe is outstanding. */
  sync: 'off' | 'asked' | 'live'
  lines: readonly Line[]
  older: Older
}

/** What lies before the first line, and the cursor where the next page begins; empty: no page was fetched yet. */
export type Older = { state: 'none' } | { state: 'some' | 'loading'; before: string }

export type EntryState = { state: 'waiting' } | { state: 'sending' } | { state: 'sent' } | { state: 'failed'; code: ClientErrorCode; message?: string }

/** A message on its way. Plain data, so that a store can keep it. [RS3] */
export interface OutboxEntry {
  id: string
  user: string
  conversation: string
  agent: AgentAddress
  text: string
  retryOf?: string
  /** Milliseconds since the Unix epoch by this device's clock. */
  queuedAt: number
  delivery: EntryState
}

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
  /** The least recently opened first. */
  logs: ReadonlyMap<string, Log>
  /** In the order of typing. */
  outbox: readonly OutboxEntry[]
  /** Logs for which the platform takes nothing for a while: neither messages nor a subscribe. */
  held: readonly string[]
  /** Runs that were stopped and have not ended. [RS5] */
  cancelling: readonly { run: string; conversation: string }[]
}

export type ChatEvent =
  | { type: 'user'; user: string | null; keepsOutbox: boolean; freshId: string }
  | { type: 'frame'; frame: PlatformFrame; wallNow: number }
  /** The connection was ready before the chat was there. */
  | { type: 'joined' }
  | { type: 'lost'; closeCode?: number | undefined }
  | { type: 'typed'; id: string; text: string; agent: AgentAddress; retryOf?: string; wallNow: number }
  | { type: 'resent'; id: string; wallNow: number }
  | { type: 'discarded'; id: string }
  | { type: 'stopped'; run: string }
  /** With `freshId` a conversation with another agent is left for a new one. */
  | { type: 'agentChosen'; agent: AgentAddress; freshId?: string }
  | { type: 'opened'; id: string; phase: 'new' | 'known' }
  /** A conversation was renamed or deleted here; its log tells the same a little later. */
  | { type: 'recorded'; record: ConversationRecord }
  | { type: 'olderAsked'; conversation: string }
  /** A page of history, newest first. */
  | { type: 'olderCame'; conversation: string; messages: readonly LogMessage[]; next: string | null }
  | { type: 'released'; conversation: string }

export type ChatEffect =
  | { type: 'send'; frame: ClientFrame }
  /** `released` comes back after the delay. */
  | { type: 'hold'; conversation: string; delayMs: number }

export function newLog(phase: Log['phase']): Log {
  return { phase, position: null, sync: 'off', lines: [], older: { state: 'none' } }
}

/** Nothing of anybody's. */
export function emptyChat(freshId: string, ready: ChatState['ready'] = null): ChatState {
  return {
    user: null,
    owner: null,
    ready,
    agent: GUIDE,
    agentSource: 'chosen',
    open: freshId,
    logs: new Map([
      [USER_LOG, newLog('known')],
      [freshId, newLog('new')],
    ]),
    outbox: [],
    held: [],
    cancelling: [],
  }
}

/** Whether frames may go out: the connection is this user's. [RS3] */
export function isOnline(state: ChatState): boolean {
  return state.user !== null && state.ready?.user === state.user
}

export function limitsOf(state: ChatState): Limits {
  return state.ready?.limits ?? DEFAULT_LIMITS
}

export function openLog(state: ChatState): Log {
  return state.logs.get(state.open) ?? newLog('new')
}

export function withLog(state: ChatState, id: string, log: Log): ChatState {
  return state.logs.get(id) === log ? state : { ...state, logs: new Map(state.logs).set(id, log) }
}
