import type { AgentInput } from '@symphainy/gateway'

/** What of a message is looked up, at each end, in UTF-16 units: a pasted log has its question before or behind it. */
const LOOKED_UP_UNITS = 400

/** The message to answer and what the person had asked before it, as far as they are looked up. */
export function questionOf(messages: AgentInput['messages']): { question: string; before: string | undefined } {
  const asked = messages.filter((message) => message.role === 'user').map(({ text }) => ends(text))
  return { question: asked.at(-1) ?? '', before: asked.at(-2) }
}

function ends(text: string): string {
  return text.length <= 2 * LOOKED_UP_UNITS ? text : `${text.slice(0, LOOKED_UP_UNITS)} ${text.slice(-LOOKED_UP_UNITS)}`
}
