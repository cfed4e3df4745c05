'use client'
import type { ShownUserMessage } from '@symphainy/client'
import { memo } from 'react'
import type { NamedExoticComponent } from 'react'
import type { ChatPanelTexts } from './chatPanelTexts.js'

interface UserTextProps {
  message: ShownUserMessage
  texts: ChatPanelTexts
  onResend: (id: string) => void
  onDiscard: (id: string) => void
}

/** What a person wrote, always as plain text, with what became of it. */
export const UserText: NamedExoticComponent<UserTextProps> = memo(function UserText({ message, texts, onResend, onDiscard }: UserTextProps) {
  const { delivery } = message
  return (
    <article className="symphainy-message" data-role="user" data-delivery={delivery.state}>
      <span className="symphainy-author">{texts.you}</span>
      <p className="symphainy-text" dir="auto">
        {message.text}
      </p>
      {delivery.state === 'waiting' && <p className="symphainy-state">{texts.waiting}</p>}
      {delivery.state === 'sending' && <p className="symphainy-state">{texts.sending}</p>}
      {delivery.state === 'failed' && (
        <p className="symphainy-failure">
          {delivery.error.message}
          {delivery.canRetry && (
            <button type="button" onClick={() => onResend(message.id)}>
              {texts.tryAgain}
            </button>
          )}
          <button type="button" onClick={() => onDiscard(message.id)}>
            {texts.discard}
          </button>
        </p>
      )}
    </article>
  )
})
