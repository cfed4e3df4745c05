'use client'
import type { ShownMessage } from '@symphainy/client'
import { Fragment, useCallback } from 'react'
import type { ReactElement, ReactNode } from 'react'
import type { UnifiedAgentChat } from '../chat/useUnifiedAgentChat.js'
import { AgentAnswer } from './agentAnswer.js'
import type { ChatPanelIcons, ChatPanelProps } from './chatPanelApi.js'
import type { ChatPanelTexts } from './chatPanelTexts.js'
import { LoadMore } from './loadMore.js'
import { useStickToEnd } from './useStickToEnd.js'
import { UserText } from './userText.js'

interface MessageLogProps extends Pick<ChatPanelProps, 'renderEmpty' | 'renderLog' | 'renderText'> {
  chat: UnifiedAgentChat
  texts: ChatPanelTexts
  icons: ChatPanelIcons
}

export function MessageLog({ chat, texts, icons, renderEmpty, renderLog, renderText }: MessageLogProps): ReactElement {
  const { conversation, resend, discard, retryRun, switchAgent, loadMore } = chat
  const { messages, state, activeRun } = conversation
  const last = messages.at(-1)
  const { scroller, content, atEnd, isAtEnd, keepPlace, toEnd } = useStickToEnd(messages[0]?.id, lastOwn(messages))

  const renderMessage = useCallback(
    (message: ShownMessage): ReactNode =>
      message.role === 'user' ? (
        <UserText message={message} texts={texts} onResend={resend} onDiscard={discard} />
      ) : (
        <AgentAnswer message={message} texts={texts} renderText={renderText} onRetry={retryRun} onSwitch={switchAgent} />
      ),
    [texts, resend, discard, retryRun, switchAgent, renderText],
  )

  return (
    <div className="symphainy-log-frame">
      {/* role=log would speak every token: the announcer speaks instead. */}
      <div
        ref={scroller}
        className="symphainy-log"
        role="log"
        aria-label={texts.conversation}
        aria-live="off"
        aria-busy={activeRun !== null || state === 'loading'}
        tabIndex={0}
      >
        <div ref={content} className="symphainy-messages">
          {conversation.hasMore && (
            // Another conversation's failure is not this one's.
            <LoadMore key={conversation.id} className="symphainy-earlier" disabled={conversation.loadingMore} load={loadMore}>
              {conversation.loadingMore ? texts.loading : texts.earlier}
            </LoadMore>
          )}
          {messages.length > 0
            ? (renderLog?.({ messages, renderMessage, scroller, isAtEnd, keepPlace }) ??
              messages.map((message) => <Fragment key={messageKey(message)}>{renderMessage(message)}</Fragment>))
            : placeholder()}
          {last?.role === 'user' && activeRun === last.id && <p className="symphainy-activity">{texts.thinking}</p>}
        </div>
      </div>
      {!atEnd && (
        <button type="button" className="symphainy-jump" onClick={toEnd}>
          {icons.jump}
          <span>{texts.jump}</span>
        </button>
      )}
    </div>
  )

  function placeholder(): ReactNode {
    if (state === 'loading') return <p className="symphainy-hint">{texts.loading}</p>
    if (state === 'missing') return <p className="symphainy-hint">{texts.missing}</p>
    return renderEmpty?.(chat) ?? <p className="symphainy-hint">{texts.empty}</p>
  }
}

/** A run has its message's id, so the id alone does not tell the two apart. */
export function messageKey(message: ShownMessage): string {
  return `${message.role} ${message.id}`
}

/** Whoever sends wants to see what they sent, wherever they had scrolled to. */
function lastOwn(messages: readonly ShownMessage[]): string | undefined {
  return messages.findLast((message) => message.role === 'user' && message.delivery.state !== 'sent')?.id
}
