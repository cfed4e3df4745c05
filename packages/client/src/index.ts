export { createClient } from './createClient.js'
export type { ClientOptions, SymphainyClient } from './clientApi.js'
export type { AnonymousReason, AuthSession, AuthSessionFacts, AuthSnapshot, ValidationResult } from './auth/authApi.js'
export type { Connection, ConnectionLabel, ConnectionSnapshot, ConnectionState, SendResult, TimelineEntry, WebSocketError } from './connection/connectionApi.js'
export {
  createErrorFromCloseEvent,
  createErrorFromError,
  getErrorTypeFromCloseEvent,
  getErrorTypeFromMessage,
  getUserFriendlyMessage,
  isRetryableError,
  shouldRedirectToLogin,
  websocketErrorHandler,
} from './errors/websocketErrorHandler.js'
export type { CloseEventFacts, WebsocketErrorHandler } from './errors/websocketErrorHandler.js'
export { SymphainyError } from './errors/symphainyError.js'
export type { ClientErrorCode } from './errors/symphainyError.js'
export { defaultEnvironment } from './environment/defaultEnvironment.js'
export type { Clock, Environment, PageEvent, PageLifecycle, StoragePort, Timer, WebSocketLike } from './environment/environment.js'
export { WebSocketConnectionRegistry } from './registry/webSocketConnectionRegistry.js'
export type { ConnectionMetadata, RegistryStats } from './registry/webSocketConnectionRegistry.js'
export type { ChatSnapshot, ChatStore, ConversationView, DeliveryState, ShownMessage, ShownUserMessage } from './chat/chatApi.js'
