'use client'
import type { AgentAddress } from '@symphainy/protocol'
import { agentKey, GUIDE, PILLARS } from '@symphainy/protocol'
import type { ReactElement } from 'react'
import type { ChatPanelTexts } from './chatPanelTexts.js'
import { agentName } from './chatPanelTexts.js'

const AGENTS: readonly AgentAddress[] = [GUIDE, ...PILLARS.map((pillar): AgentAddress => ({ type: 'liaison', pillar }))]

export function AgentControl({
  agent,
  texts,
  onSwitch,
}: {
  agent: AgentAddress
  texts: ChatPanelTexts
  onSwitch: (agent: AgentAddress) => void
}): ReactElement {
  return (
    <select
      className="symphainy-agent"
      aria-label={texts.agent}
      value={agentKey(agent)}
      onChange={(event) => {
        const chosen = AGENTS.find((each) => agentKey(each) === event.target.value)
        if (chosen !== undefined) onSwitch(chosen)
      }}
    >
      {AGENTS.map((each) => (
        <option key={agentKey(each)} value={agentKey(each)}>
          {agentName(texts, each)}
        </option>
      ))}
    </select>
  )
}
