import { EventType, type TokenUsage } from '@ag-ui/core'
import { ERROR_TEXTS, HANDOVER_EVENT, SOURCES_EVENT, type AgUiEvent, type ErrorCode, type Handover, type Source } from '@symphainy/protocol'
import type { AgentInput } from '@symphainy/gateway'

/** The id of the one message that a run of our own agents writes. */
export const messageIdOf = (input: Pick<AgentInput, 'run'>): string => `${input.run}-1`

export const textStart = (messageId: string): AgUiEvent => ({ type: EventType.TEXT_MESSAGE_START, messageId, role: 'assistant' })
export const textDelta = (messageId: string, delta: string): AgUiEvent => ({ type: EventType.TEXT_MESSAGE_CONTENT, messageId, delta })
export const textEnd = (messageId: string): AgUiEvent => ({ type: EventType.TEXT_MESSAGE_END, messageId })

export const sourcesEvent = (sources: readonly Source[]): AgUiEvent => ({ type: EventType.CUSTOM, name: SOURCES_EVENT, value: sources })
export const handoverEvent = (handover: Handover): AgUiEvent => ({ type: EventType.CUSTOM, name: HANDOVER_EVENT, value: handover })

export const runFinished = (input: Pick<AgentInput, 'run' | 'conversation'>, usage?: TokenUsage): AgUiEvent => ({
  type: EventType.RUN_FINISHED,
  threadId: input.conversation,
  runId: input.run,
  outcome: { type: 'success' },
  ...(usage === undefined ? {} : { usage: [usage] }),
})

/** The text for a person is that of the code: what went wrong inside is for the log. */
export const runError = (code: ErrorCode): AgUiEvent => ({ type: EventType.RUN_ERROR, code, message: ERROR_TEXTS[code] })
