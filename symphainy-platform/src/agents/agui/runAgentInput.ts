import { PROTOCOL_VERSION, type RunAgentInput } from '@ag-ui/core'
import type { AgentInput } from '@symphainy/gateway'

/**
 * What an AG-UI agent is told: the conversation as its thread, and under `forwardedProps.symphainy` which of our agents
 * is asked and by whom (id and name, never the email). Answers without text are left out.
 */
export function runAgentInput({ run, conversation, user, agent, messages }: AgentInput): RunAgentInput {
  return {
    threadId: conversation,
    runId: run,
    protocolVersion: PROTOCOL_VERSION,
    state: {},
    messages: messages
      .filter(({ text }) => text !== '')
      .map(({ role, id, text }) => (role === 'user' ? { id, role, content: text } : { id: `${id}-1`, role, content: text })),
    tools: [],
    context: [],
    forwardedProps: { symphainy: { agent, user: { id: user.id, name: user.name } } },
  }
}
