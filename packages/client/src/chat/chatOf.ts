import type { SymphainyClient } from '../clientApi.js'
import type { ChatStore } from './chatApi.js'
import { createChat } from './createChat.js'

const stores = new WeakMap<SymphainyClient, ChatStore>()

/** The one chat store of a client: made at the first call, gone with the client. */
export function chatOf(client: SymphainyClient): ChatStore {
  let store = stores.get(client)
  if (store === undefined) {
    store = createChat(client)
    stores.set(client, store)
  }
  return store
}
