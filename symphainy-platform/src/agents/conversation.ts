import type { AgentInput } from '@symphainy/gateway'

/** The message to answer, and what the person had asked before it. */
export function questionOf(messages: AgentInput['messages']): { question: string; before: string | undefined } {
  const asked = messages.filter((message) => message.role === 'user')
  return { question: asked.at(-1)?.text ?? '', before: asked.at(-2)?.text }
}
