import type { Event } from '@ag-ui/core'
import type { User } from './accounts.js'
import type { AgentAddress } from './agents.js'
import type { NackCode, FrameErrorCode } from './errorCodes.js'
import type { HeartbeatMs, Limits } from './limits.js'
import type { LogMessage, Position } from './messages.js'

/** An AG-UI 1.0 event, carried unchanged. */
export type AgUiEvent = Event

// Client to platform ---------------------------------------------------------

export interface SubscribeFrame {
  type: 'subscribe'
  conversation: string
  after?: Position
}
export interface UnsubscribeFrame {
  type: 'unsubscribe'
  conversation: string
}
export interface MessageFrame {
  type: 'message'
  /** Made by the client, kept over every retry: a message is appended at most once per id. [RS3] */
  id: string
  conversation: string
  agent: AgentAddress
  /** May be empty only with `retryOf`. */
  text: string
  /** Answer the message of this ended run once more, without a second user message. [RS5] */
  retryOf?: string
}
export interface CancelFrame {
  type: 'cancel'
  run: string
}
export interface RefreshedFrame {
  type: 'refreshed'
  ticket: string
}
export interface PingFrame {
  type: 'ping'
  id: string
}

export type ClientFrame = SubscribeFrame | UnsubscribeFrame | MessageFrame | CancelFrame | RefreshedFrame | PingFrame

// Platform to client ---------------------------------------------------------

export interface ReadyFrame {
  type: 'ready'
  connection: string
  /** Grows with every connection of the session that was served. [CN8] */
  fence: number
  session: { id: string; user: User; expiresInMs: number }
  heartbeatMs: HeartbeatMs
  reconnectWindowMs: number
  limits: Limits
}
/** A run that goes on: its events so far, with deltas merged. */
export interface RunSnapshot {
  run: string
  events: AgUiEvent[]
}
export interface SnapshotFrame {
  type: 'snapshot'
  conversation: string
  epoch: string
  offset: number
  messages: LogMessage[]
  run?: RunSnapshot
  /** There are messages before the first of these. */
  more?: true
}
export interface EntryFrame {
  type: 'entry'
  conversation: string
  epoch: string
  offset: number
  message: LogMessage
}
export interface EventFrame {
  type: 'event'
  conversation: string
  epoch: string
  offset: number
  run: string
  event: AgUiEvent
}
export interface LiveFrame {
  type: 'live'
  conversation: string
  epoch: string
  offset: number
}
export interface AckFrame {
  type: 'ack'
  id: string
  conversation: string
  epoch: string
  offset: number
}
export interface NackFrame {
  type: 'nack'
  id: string
  code: NackCode
  message: string
  retryAfterMs?: number
}
export interface ExpiringFrame {
  type: 'expiring'
  inMs: number
}
export interface ExtendedFrame {
  type: 'extended'
  expiresInMs: number
}
export interface GoawayFrame {
  type: 'goaway'
  reason: string
  retryAfterMs: number
}
export interface PongFrame {
  type: 'pong'
  id: string
}
export interface ErrorFrame {
  type: 'error'
  code: FrameErrorCode
  message: string
  re?: { type: string; id?: string; conversation?: string }
}

export type PlatformFrame =
  | ReadyFrame
  | SnapshotFrame
  | EntryFrame
  | EventFrame
  | LiveFrame
  | AckFrame
  | NackFrame
  | ExpiringFrame
  | ExtendedFrame
  | GoawayFrame
  | PongFrame
  | ErrorFrame

/** [CN2] The one subprotocol that the platform selects. */
export const SUBPROTOCOL = 'symphainy.v1'
/** [CN2] The prefix of the subprotocol that carries the ticket; it is never selected. */
export const TICKET_PREFIX = 'ticket.'
/** A ticket is base64url of 16 bytes or more. [AU6] */
export const TICKET_PATTERN: RegExp = /^[A-Za-z0-9_-]{22,128}$/
/** [CN2] Where the socket is. */
export const SOCKET_PATH = '/api/ws'
