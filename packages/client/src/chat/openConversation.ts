import { USER_LOG, type AgentAddress } from '@symphainy/protocol'
import { newLog, openLog, type ChatState } from './chatState.js'

/** How many conversations that are not open are remembered, so that opening them again shows them at once. */
const REMEMBERED = 8

export function openConversation(chat: ChatState, id: string, phase: 'new' | 'known'): void {
  const { logs, cancelling } = chat
  const log = logs.get(id)
  // Setting it anew makes it the most recent one.
  logs.delete(id)
  logs.set(id, !log || log.state === 'missing' ? newLog(phase === 'new' ? phase : 'off') : log)
  const spare = [...logs.keys()].filter((other) => other !== USER_LOG && other !== id)
  for (const other of spare.slice(0, -REMEMBERED)) if (!cancelling.some(({ conversation }) => conversation === other)) logs.delete(other)
  chat.open = id
  if (phase === 'known') chat.agentSource = 'followed'
  follow(chat)
}

/** Who opens a conversation goes on with whom it was with. */
export function follow(chat: ChatState): void {
  if (chat.agentSource === 'followed') chat.agent = lastAgent(chat) ?? chat.agent
}

/** Whom the last message of the open conversation was for. */
export function lastAgent(chat: ChatState): AgentAddress | undefined {
  const said = [...openLog(chat).lines, ...chat.outbox.filter(({ conversation }) => conversation === chat.open)]
  const last = said.findLast(({ role }) => role === 'user')
  return last && 'agent' in last ? last.agent : undefined
}
