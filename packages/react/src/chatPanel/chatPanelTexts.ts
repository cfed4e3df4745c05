import type { AgentAddress } from '@symphainy/protocol'
import { agentKey } from '@symphainy/protocol'

/** Every word of `ChatPanel`. Another language is another object of this shape. */
export interface ChatPanelTexts {
  chat: string
  conversation: string
  conversations: string
  showConversations: string
  newConversation: string
  noConversations: string
  loadingConversations: string
  conversationsFailed: string
  moreConversations: string
  agent: string
  /** By agent key: `guide`, `liaison:content`, … */
  agents: Readonly<Record<string, string>>
  message: string
  placeholder: string
  send: string
  stop: string
  you: string
  empty: string
  loading: string
  missing: string
  earlier: string
  jump: string
  thinking: string
  stopped: string
  sources: string
  tryAgain: string
  discard: string
  waiting: string
  sending: string
  offline: string
  elsewhere: string
  useHere: string
  /** The button of a handover card. */
  handOver: (agent: string) => string
  /** What the announcer says of a finished answer. */
  announce: (agent: string, text: string) => string
}

export const CHAT_PANEL_TEXTS: ChatPanelTexts = {
  chat: 'Chat',
  conversation: 'Conversation',
  conversations: 'Conversations',
  showConversations: 'History',
  newConversation: 'New conversation',
  noConversations: 'Nothing here yet.',
  loadingConversations: 'Loading…',
  conversationsFailed: 'The list could not be loaded.',
  moreConversations: 'Show older',
  agent: 'Agent',
  agents: {
    guide: 'Guide',
    'liaison:content': 'Content',
    'liaison:insights': 'Insights',
    'liaison:operations': 'Operations',
    'liaison:business_outcomes': 'Business outcomes',
  },
  message: 'Message',
  placeholder: 'Ask a question',
  send: 'Send',
  stop: 'Stop',
  you: 'You',
  empty: 'Ask something to begin.',
  loading: 'Loading…',
  missing: 'This conversation was deleted, or is not yours.',
  earlier: 'Show earlier',
  jump: 'Jump to latest',
  thinking: 'Working on it',
  stopped: 'Stopped',
  sources: 'Sources',
  tryAgain: 'Try again',
  discard: 'Discard',
  waiting: 'Waiting',
  sending: 'On its way',
  offline: 'Offline, your message will be sent',
  elsewhere: 'In use in another tab',
  useHere: 'Use here',
  handOver: (agent) => `Go on with ${agent}`,
  announce: (agent, text) => `${agent}: ${text}`,
}

/** An agent's name for a person. */
export function agentName(texts: ChatPanelTexts, agent: AgentAddress): string {
  return texts.agents[agentKey(agent)] ?? agentKey(agent)
}
