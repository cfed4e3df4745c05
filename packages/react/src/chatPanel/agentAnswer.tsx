'use client'
import type { AgentAddress, AgentMessage } from '@symphainy/protocol'
import { agentKey } from '@symphainy/protocol'
import { memo } from 'react'
import type { NamedExoticComponent } from 'react'
import type { RenderText } from './chatPanelApi.js'
import { agentName } from './chatPanelTexts.js'
import type { ChatPanelTexts } from './chatPanelTexts.js'

interface AgentAnswerProps {
  message: AgentMessage
  texts: ChatPanelTexts
  renderText: RenderText | undefined
  onRetry: (run: string) => void
  onSwitch: (agent: AgentAddress) => void
}

/** One run: who answered and with what, the text, its sources, an offer to hand over, and how it ended. */
export const AgentAnswer: NamedExoticComponent<AgentAnswerProps> = memo(function AgentAnswer({
  message,
  texts,
  renderText,
  onRetry,
  onSwitch,
}: AgentAnswerProps) {
  const { status, text, agent, answeredBy, sources, handover, error } = message
  const streaming = status === 'running'
  return (
    <article className="symphainy-message" data-role="assistant" data-agent={agentKey(agent)} data-status={status} aria-busy={streaming}>
      <header className="symphainy-author">
        <strong>{agentName(texts, agent)}</strong>
        {answeredBy !== undefined && <span className="symphainy-label">{answeredBy.label}</span>}
      </header>
      {text !== '' && (
        <div className="symphainy-text" dir="auto">
          {renderText?.(text, { streaming, message }) ?? text}
        </div>
      )}
      {streaming && (text === '' || message.activity !== undefined) && <p className="symphainy-activity">{message.activity ?? texts.thinking}</p>}
      {sources !== undefined && sources.length > 0 && (
        <ol className="symphainy-sources" aria-label={texts.sources}>
          {sources.map((source) => (
            <li key={source.n} value={source.n}>
              <a data-n={source.n} href={source.href} target="_blank" rel="noopener noreferrer" title={source.excerpt}>
                {source.title}
              </a>
            </li>
          ))}
        </ol>
      )}
      {handover !== undefined && (
        <div className="symphainy-handover" data-agent={`liaison:${handover.pillar}`}>
          <p>{handover.reason}</p>
          <button type="button" onClick={() => onSwitch({ type: 'liaison', pillar: handover.pillar })}>
            {texts.handOver(agentName(texts, { type: 'liaison', pillar: handover.pillar }))}
          </button>
        </div>
      )}
      {status === 'cancelled' && <p className="symphainy-state">{texts.stopped}</p>}
      {status === 'failed' && (
        <p className="symphainy-failure">
          {error?.message}
          <button type="button" onClick={() => onRetry(message.id)}>
            {texts.tryAgain}
          </button>
        </p>
      )}
    </article>
  )
})
