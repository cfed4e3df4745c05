import type { AgentAddress, Pillar } from '@symphainy/protocol'

/** The pillars' names for a person to read, as the navigation has them. */
export const PILLAR_NAMES: Readonly<Record<Pillar, string>> = {
  content: 'Content',
  insights: 'Insights',
  operations: 'Operations',
  business_outcomes: 'Business outcomes',
}

/** What each pillar is about, in half a sentence. */
export const PILLAR_SUBJECTS: Readonly<Record<Pillar, string>> = {
  content: 'writing questions, conversations, Markdown and sources',
  insights: 'reading the connection, close codes, logs and answers that failed',
  operations: 'installing, configuring, securing, backing up and upgrading',
  business_outcomes: 'introducing it to a team, cost, data protection and value',
}

export function agentName(agent: AgentAddress): string {
  return agent.type === 'guide' ? 'Guide' : PILLAR_NAMES[agent.pillar]
}
