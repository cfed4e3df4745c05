'use client'

import { chatOf, type ChatSnapshot, type ChatStore } from '@symphainy/client/chat'
import { GUIDE } from '@symphainy/protocol'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { useClient } from '../auth/clientContext.js'

/** Never changes for one client. */
export type ChatActions = Omit<ChatStore, 'getSnapshot' | 'subscribe'>

export type UnifiedAgentChat = ChatSnapshot & ChatActions

/** What a server renders, and a browser until it has hydrated. */
const SERVER_SNAPSHOT: ChatSnapshot = {
  agent: GUIDE,
  conversation: { id: '', state: 'new', messages: [], activeRun: null, hasMore: false, loadingMore: false },
  conversations: [],
  conversationsState: 'loading',
  hasMoreConversations: false,
  unsent: 0,
}

/** Every agent over the one connection. It wants the connection while it is mounted. */
export function useUnifiedAgentChat(): UnifiedAgentChat {
  const client = useClient()
  const chat = chatOf(client)
  useEffect(() => client.connection.retain(), [client])
  const snapshot = useSyncExternalStore(chat.subscribe, chat.getSnapshot, () => SERVER_SNAPSHOT)
  const actions = useMemo(() => actionsOf(chat), [chat])
  return useMemo(() => ({ ...snapshot, ...actions }), [snapshot, actions])
}

function actionsOf({ getSnapshot: _, subscribe: __, ...actions }: ChatStore): ChatActions {
  return actions
}
