import { ChatPanel, useAuth, useClient } from '@symphainy/react'
import type { ChatPanelIcons, RenderText } from '@symphainy/react'
import { useMemo } from 'react'
import type { ReactElement } from 'react'
import { Sign } from '../design/icons.js'
import { Markdown } from '../markdown/markdown.js'
import { FaultBoundary } from '../shell/faultBoundary.js'
import { texts } from '../texts.js'
import { ConversationDrawer } from './conversationDrawer.js'
import { createDraftStore } from './draftStore.js'
import { EmptyConversation } from './emptyConversation.js'
import { LongLog } from './longLog.js'
import { useReopening } from './useReopening.js'

const icons: ChatPanelIcons = {
  conversations: <Sign name="history" />,
  newConversation: <Sign name="plus" />,
  send: <Sign name="send" />,
  stop: <Sign name="stop" />,
  jump: <Sign name="down" />,
}

/** An answer that cannot be drawn is read as it was written; the others, and the panel, stay. */
const renderText: RenderText = (text, { streaming, message }) => (
  <FaultBoundary instead={text}>
    <Markdown text={text} streaming={streaming} sources={message.sources} />
  </FaultBoundary>
)

/** The chat panel with the app's looks, Markdown, drafts and history. */
export function Chat(): ReactElement {
  const { user } = useAuth()
  const { storage } = useClient().environment
  const userId = user?.id ?? ''
  const drafts = useMemo(() => createDraftStore(storage, userId), [storage, userId])
  useReopening(userId)
  return (
    <ChatPanel
      texts={texts.panel}
      icons={icons}
      drafts={drafts}
      renderText={renderText}
      renderLog={(log) => <LongLog {...log} />}
      renderEmpty={(chat) => <EmptyConversation chat={chat} />}
      renderConversations={(chat, close) => <ConversationDrawer chat={chat} onOpened={close} />}
    />
  )
}
