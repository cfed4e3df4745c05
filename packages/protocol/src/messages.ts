import type { AgentAddress, AnsweredBy, Pillar } from './agents.js'

/** A place in a conversation's log. Offsets start at 1; the head of an empty log is 0. [RS1] [RS2] */
export interface Position {
  epoch: string
  offset: number
}

/** What a person wrote. Its id was made by the client that sent it and is also its run's id. */
export interface UserMessage {
  role: 'user'
  id: string
  text: string
  agent: AgentAddress
  /** When the platform appended it, in milliseconds since the Unix epoch by the platform's clock. */
  createdAt: number
}

/** Where a statement comes from. `n` is the number by which the text cites it: `[1]`. */
export interface Source {
  n: number
  title: string
  /** An address on this platform (`/knowledge/…`) or an http(s) address. */
  href: string
  excerpt?: string
}

/** The guide's offer to go on with a specialist. */
export interface Handover {
  pillar: Pillar
  /** Why, in one sentence for a person to read. */
  reason: string
}

export type RunStatus = 'running' | 'finished' | 'failed' | 'cancelled'

/** An agent's answer: one run, folded. */
export interface AgentMessage {
  role: 'assistant'
  /** The run's id: the id of the message that started it. */
  id: string
  status: RunStatus
  text: string
  agent: AgentAddress
  answeredBy?: AnsweredBy
  sources?: Source[]
  handover?: Handover
  /** What the agent is busy with besides writing: the name of an open step or tool call. */
  activity?: string
  /** Set when `status` is `failed`. `interrupted`: the process that ran it died. [RS5] */
  error?: { code: string; message: string }
  /** The run that this one tries again; that one is no longer shown. */
  retryOf?: string
  createdAt: number
}

/** An entry of the user's own log (`@user`): the newest state of one conversation. */
export interface ConversationRecord {
  role: 'conversation'
  id: string
  title: string
  createdAt: number
  /** When something was last said in it. */
  updatedAt: number
  deleted?: true
}

export type LogMessage = UserMessage | AgentMessage | ConversationRecord
