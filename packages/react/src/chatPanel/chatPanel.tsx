'use client'
import { useState } from 'react'
import type { ReactElement } from 'react'
import { useConnection } from '../connection/useConnection.js'
import { useUnifiedAgentChat } from '../chat/useUnifiedAgentChat.js'
import { AgentControl } from './agentControl.js'
import { Announcer } from './announcer.js'
import type { ChatPanelProps } from './chatPanelApi.js'
import { CHAT_PANEL_TEXTS } from './chatPanelTexts.js'
import { Composer } from './composer.js'
import { ConversationList } from './conversationList.js'
import { MessageLog } from './messageLog.js'

/**
 * The chat, unstyled: structure, names and behaviour. Class names begin with `symphainy-`; the page brings the looks.
 * It must be rendered only when somebody is signed in, as `MainLayout` does. [CN1]
 */
export function ChatPanel(props: ChatPanelProps): ReactElement {
  const texts = props.texts ?? CHAT_PANEL_TEXTS
  const { icons = {}, renderConversations, renderEmpty, renderLog, renderText, drafts } = props
  const chat = useUnifiedAgentChat()
  const connection = useConnection()
  const [listOpen, setListOpen] = useState(false)
  // A conversation that was chosen is one to write in; the one that was there at first takes the focus from nobody.
  const [atFirst] = useState(chat.conversation.id)
  const close = (): void => setListOpen(false)
  const { conversation } = chat
  return (
    <section
      className="symphainy-chat"
      aria-label={texts.chat}
      data-list={listOpen ? 'open' : 'closed'}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && listOpen) close()
      }}
    >
      <div className="symphainy-bar">
        <button type="button" className="symphainy-list-toggle" aria-expanded={listOpen} onClick={() => setListOpen(!listOpen)}>
          {icons.conversations}
          <span>{texts.showConversations}</span>
        </button>
        <AgentControl agent={chat.agent} texts={texts} onSwitch={chat.switchAgent} />
        <button
          type="button"
          className="symphainy-new"
          onClick={() => {
            chat.newConversation()
            close()
          }}
        >
          {icons.newConversation}
          <span>{texts.newConversation}</span>
        </button>
      </div>
      <div className="symphainy-conversations">{renderConversations?.(chat, close) ?? <ConversationList chat={chat} texts={texts} onOpened={close} />}</div>
      <div className="symphainy-thread">
        <MessageLog key={conversation.id} chat={chat} texts={texts} icons={icons} renderEmpty={renderEmpty} renderLog={renderLog} renderText={renderText} />
        {connection.state === 'yielded' && (
          <p className="symphainy-notice">
            {texts.elsewhere}
            <button type="button" onClick={connection.useHere}>
              {texts.useHere}
            </button>
          </p>
        )}
        {connection.state !== 'yielded' &&
          connection.state !== 'ready' &&
          conversation.messages.some((m) => m.role === 'user' && m.delivery.state === 'waiting') && <p className="symphainy-notice">{texts.offline}</p>}
        <Composer
          key={`draft ${conversation.id}`}
          texts={texts}
          icons={icons}
          focused={conversation.id !== atFirst}
          drafts={drafts}
          // A conversation in which nothing was said has another id after a reload; its draft has not.
          draftKey={conversation.state === 'new' ? 'new' : conversation.id}
          disabled={conversation.state === 'missing'}
          running={conversation.activeRun !== null}
          onSend={chat.sendMessage}
          onStop={chat.stop}
        />
      </div>
      <Announcer conversation={conversation} texts={texts} />
    </section>
  )
}
