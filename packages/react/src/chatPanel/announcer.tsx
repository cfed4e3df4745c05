'use client'
import type { ConversationView } from '@symphainy/client'
import { useEffect, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { agentName } from './chatPanelTexts.js'
import type { ChatPanelTexts } from './chatPanelTexts.js'
import { plainText } from './plainText.js'

/** Speaks an answer once, when it has ended: a screen reader that is told each token says nothing useful. */
export function Announcer({ conversation, texts }: { conversation: ConversationView; texts: ChatPanelTexts }): ReactElement {
  const running = useRef<string | null>(null)
  const [words, setWords] = useState('')
  useEffect(() => {
    const ended = running.current
    running.current = conversation.activeRun
    if (ended === null || ended === conversation.activeRun) return
    const message = conversation.messages.find((each) => each.role === 'assistant' && each.id === ended)
    if (message?.role !== 'assistant' || message.status === 'running') return
    const end = message.status === 'failed' ? message.error?.message : message.status === 'cancelled' ? texts.stopped : ''
    setWords(texts.announce(agentName(texts, message.agent), [plainText(message.text), end].filter(Boolean).join(' ')))
  }, [conversation, texts])
  return (
    <div className="symphainy-announcer" aria-live="polite">
      {words}
    </div>
  )
}
