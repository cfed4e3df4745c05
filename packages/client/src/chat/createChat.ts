import type { SymphainyClient } from '../clientApi.js'
import type { ChatStore } from './chatApi.js'

/** What the chat needs of a client. */
export type ChatParts = Pick<SymphainyClient, 'auth' | 'connection' | 'environment'>

export declare function createChat(parts: ChatParts): ChatStore
