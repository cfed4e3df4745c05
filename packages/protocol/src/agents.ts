/** The four fields a liaison can be a specialist of, in the order in which they are shown. */
export const PILLARS = ['content', 'insights', 'operations', 'business_outcomes'] as const

export type Pillar = (typeof PILLARS)[number]

/** Whom a message is for. The guide answers about everything; a liaison about one pillar. */
export type AgentAddress = { type: 'guide' } | { type: 'liaison'; pillar: Pillar }

export const GUIDE: AgentAddress = { type: 'guide' }

export function isPillar(value: unknown): value is Pillar {
  return PILLARS.includes(value as Pillar)
}

/** One string per agent, for keys and comparisons: `guide` or `liaison:content`. */
export function agentKey(agent: AgentAddress): string {
  return agent.type === 'guide' ? 'guide' : `liaison:${agent.pillar}`
}

/** What stands behind an agent's answers; shown with each answer, so that search is never taken for a model. */
export interface AnsweredBy {
  kind: 'search' | 'model' | 'remote'
  /** A name for a person to read, for instance "Documentation search, no AI model". */
  label: string
}
