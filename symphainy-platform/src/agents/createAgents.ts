import type { AgentAddress } from '@symphainy/protocol'
import type { AgentBackend, GatewayLogger } from '@symphainy/gateway'
import { defaultAgentEnvironment, type AgentEnvironment } from './agentEnvironment.js'
import { PlatformError } from '../platformError.js'
import { createAgUiAgent } from './agui/agUiAgent.js'
import { createOpenAiAgent } from './openai/openAiAgent.js'
import { loadKnowledge } from './search/knowledge.js'
import { createSearchAgent } from './search/searchAgent.js'

export interface AgentsOptions {
  /** The folder of Markdown pages: one sub-folder a pillar, general pages at its root. Read once, at the call. */
  knowledgeDir: string
  /** An OpenAI-compatible endpoint. */
  openai?: {
    /** Up to and with the version, for instance `https://api.openai.com/v1`. */
    baseUrl: string
    /** Sent as a bearer token; local endpoints often need none. */
    apiKey?: string
    model: string
  }
  /** The address of an AG-UI agent. */
  aguiUrl?: string
  /** How fast the documentation search writes, in tokens a second; 0: all at once. @default 90 */
  pace?: number
  logger?: GatewayLogger
  environment?: AgentEnvironment
}

const SILENT: GatewayLogger = { info() {}, warn() {}, error() {} }

/**
 * The agents of this platform. One of the two services, when it is set, answers for all agents; without any, the
 * documentation search does. With both, the AG-UI agent answers for the liaisons, since whoever writes an agent of
 * their own writes a specialist, and the model for the guide.
 *
 * @throws PlatformError `config` when an option is wrong; the message names it and holds no secret
 */
export function createAgents({ knowledgeDir, openai, aguiUrl, pace, logger = SILENT, environment = defaultAgentEnvironment }: AgentsOptions): AgentBackend {
  if (openai !== undefined) requireHttpUrl('openai.baseUrl', openai.baseUrl)
  if (openai?.model.trim() === '') throw wrong('openai.model is empty.')
  if (aguiUrl !== undefined) requireHttpUrl('aguiUrl', aguiUrl)
  if (pace !== undefined && !(pace >= 0)) throw wrong('pace is not a number from 0.')

  const knowledge = loadKnowledge(knowledgeDir)
  const search = createSearchAgent({ knowledge, environment, ...(pace === undefined ? {} : { pace }) })
  const model = openai === undefined ? undefined : createOpenAiAgent({ ...openai, knowledge, environment, logger })
  const remote = aguiUrl === undefined ? undefined : createAgUiAgent({ url: aguiUrl, environment, logger })

  const backendFor = (agent: AgentAddress): AgentBackend => (agent.type === 'liaison' ? (remote ?? model) : (model ?? remote)) ?? search
  return {
    describe: (agent) => backendFor(agent).describe(agent),
    run: (input, options) => backendFor(input.agent).run(input, options),
  }
}

function requireHttpUrl(option: string, value: string): void {
  const url = URL.canParse(value) ? new URL(value) : null
  if (url === null || !/^https?:$/.test(url.protocol)) throw wrong(`${option} is not an http:// or https:// address.`)
  // It would end in logs; fetch refuses it, too.
  if (url.username !== '' || url.password !== '') throw wrong(`${option} holds a user name or password.`)
}

function wrong(message: string): PlatformError {
  return new PlatformError('config', message)
}
