import type { AgentAddress, AgentMessage, AgUiEvent, AnsweredBy, UserMessage } from '@symphainy/protocol'

export interface AgentInput {
  /** The run's id; AG-UI's `runId`. */
  run: string
  /** AG-UI's `threadId`. */
  conversation: string
  user: { id: string; name: string }
  agent: AgentAddress
  /** The conversation so far, oldest first; the last one is the message to answer. */
  messages: readonly (UserMessage | AgentMessage)[]
}

/** Whatever yields AG-UI events. */
export interface AgentBackend {
  /** What stands behind the answers of this agent; shown with each of them. */
  describe(agent: AgentAddress): AnsweredBy
  /**
   * The events of one run, in order. The gateway writes RUN_STARTED itself and drops the backend's; it also writes
   * the terminal event if the backend ends without one (a failure, never a success) or throws. When `signal` aborts, the backend stops its work
   * and ends; what it yields afterwards is dropped. [RS5]
   */
  run(input: AgentInput, options: { signal: AbortSignal }): AsyncIterable<AgUiEvent>
}
