'use client'
import type { ReactElement } from 'react'
import type { UnifiedAgentChat } from '../chat/useUnifiedAgentChat.js'
import type { ChatPanelTexts } from './chatPanelTexts.js'
import { LoadMore } from './loadMore.js'

/** The plain list. A page that wants search, renaming and deleting brings its own through `renderConversations`. */
export function ConversationList({ chat, texts, onOpened }: { chat: UnifiedAgentChat; texts: ChatPanelTexts; onOpened: () => void }): ReactElement {
  const { conversations, conversationsState: state } = chat
  const hint = state === 'loading' ? texts.loadingConversations : state === 'failed' ? texts.conversationsFailed : texts.noConversations
  return (
    <>
      <ul aria-label={texts.conversations} aria-busy={state === 'loading'}>
        {conversations.map((record) => (
          <li key={record.id}>
            <button
              type="button"
              aria-current={record.id === chat.conversation.id}
              onClick={() => {
                chat.openConversation(record.id)
                onOpened()
              }}
            >
              {record.title}
            </button>
          </li>
        ))}
        {conversations.length === 0 && <li className="symphainy-hint">{hint}</li>}
      </ul>
      {chat.hasMoreConversations && <LoadMore load={chat.loadMoreConversations}>{texts.moreConversations}</LoadMore>}
    </>
  )
}
