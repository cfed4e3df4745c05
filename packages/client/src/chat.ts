export { chatOf } from './chat/chatOf.js'
export type { ChatSnapshot, ChatStore, ConversationView, DeliveryState, ShownMessage, ShownUserMessage } from './chat/chatApi.js'
