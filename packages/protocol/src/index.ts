export { PILLARS, GUIDE, isPillar, agentKey } from './agents.js'
export type { Pillar, AgentAddress, AnsweredBy } from './agents.js'
export { CREDENTIAL_MODE_HEADER, PRESENCE_COOKIE, isUsableToken } from './accounts.js'
export type {
  User,
  SessionFacts,
  SessionResponse,
  TicketResponse,
  RefreshResponse,
  Device,
  DevicesResponse,
  ConversationsResponse,
  MessagesResponse,
  ErrorResponse,
} from './accounts.js'
export { checkClientFrame } from './clientFrame.js'
export type { CheckedClientFrame } from './clientFrame.js'
export { CLOSE, CLOSE_CODES, SIGNED_OUT_REASONS, closeFacts } from './closeCodes.js'
export type { CloseFacts, CloseReaction, ErrorType, SignedOutReason } from './closeCodes.js'
export { decodeFrames, encodeFrames, joinEncoded, isSafe } from './codec.js'
export type { Decoded } from './codec.js'
export { ERROR_TEXTS, SPOKEN_TEXTS, RETRYABLE_NACKS } from './errorCodes.js'
export type { ErrorCode, NackCode, FrameErrorCode } from './errorCodes.js'
export { SUBPROTOCOL, TICKET_PREFIX, TICKET_PATTERN, SOCKET_PATH } from './frames.js'
export type {
  AgUiEvent,
  ClientFrame,
  SubscribeFrame,
  UnsubscribeFrame,
  MessageFrame,
  CancelFrame,
  RefreshedFrame,
  PingFrame,
  PlatformFrame,
  ReadyFrame,
  RunSnapshot,
  SnapshotFrame,
  EntryFrame,
  EventFrame,
  LiveFrame,
  AckFrame,
  NackFrame,
  ExpiringFrame,
  ExtendedFrame,
  GoawayFrame,
  PongFrame,
  ErrorFrame,
} from './frames.js'
export {
  DEFAULT_LIMITS,
  DEFAULT_HEARTBEAT_MS,
  PEER_SILENCE_MS,
  SNAPSHOT_MESSAGES,
  SNAPSHOT_BYTES,
  EVENT_BYTES,
  FRAME_DEPTH,
  TICKET_TTL_MS,
  TICKET_FRESH_MS,
  ID_PATTERN,
  USER_LOG,
  fitsMessage,
} from './limits.js'
export type { Limits, HeartbeatMs } from './limits.js'
export type { Position, UserMessage, Source, Handover, RunStatus, AgentMessage, ConversationRecord, LogMessage } from './messages.js'
export { checkPlatformFrame } from './platformFrame.js'
export { SOURCES_EVENT, HANDOVER_EVENT, isTerminal, newRunMessage, foldEvent, mergeDeltas } from './runEvents.js'
export type { RunMetadata } from './runEvents.js'
