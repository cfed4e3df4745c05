export { createAgents } from './createAgents.js'
export type { AgentsOptions } from './createAgents.js'
export type { AgentEnvironment } from './agentEnvironment.js'
export { headingAnchor, knowledgeHref } from './search/headingAnchor.js'
