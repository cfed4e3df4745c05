import { LoadMore, useConnection } from '@symphainy/react'
import type { UnifiedAgentChat } from '@symphainy/react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import { texts } from '../texts.js'
import { ConversationRow } from './conversationRow.js'
import { useFound } from './useFound.js'
import { useUnread } from './useUnread.js'

/** The list "Conversations": search, unread marks, renaming and deleting. */
export function ConversationDrawer({ chat, onOpened }: { chat: UnifiedAgentChat; onOpened: () => void }): ReactElement {
  const own = texts.panel
  const [query, setQuery] = useState('')
  const found = useFound(chat, query)
  const isUnread = useUnread(chat)
  const isElsewhere = useConnection().state === 'yielded'
  const records = found.state === 'all' ? chat.conversations : found.records
  const state = found.state === 'all' ? chat.conversationsState : found.state
  return (
    <>
      <input
        type="search"
        className="find"
        aria-label={texts.chat.find}
        placeholder={texts.chat.find}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <p className="sr-only" aria-live="polite">
        {found.state === 'found' ? texts.chat.found(records.length) : ''}
      </p>
      <ul className="conversations" aria-label={own.conversations} aria-busy={state === 'loading'}>
        {records.map((record) => (
          <ConversationRow key={record.id} record={record} chat={chat} isUnread={isUnread(record)} onOpened={onOpened} />
        ))}
        {records.length === 0 && <li className="symphainy-hint">{hintOf(state)}</li>}
      </ul>
      {found.state === 'all' && chat.hasMoreConversations && (
        <LoadMore className="button quiet" load={chat.loadMoreConversations}>
          {own.moreConversations}
        </LoadMore>
      )}
    </>
  )

  function hintOf(now: typeof state): string {
    if (now === 'loading') return isElsewhere ? own.elsewhere : own.loadingConversations
    if (now === 'failed') return own.conversationsFailed
    return now === 'found' ? texts.chat.found(0) : own.noConversations
  }
}
