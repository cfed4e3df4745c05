import { ERROR_TEXTS, type AgentAddress, type AgUiEvent, type AnsweredBy, type ErrorCode, type RunMetadata } from '@symphainy/protocol'

/** The first event of every run, written in the step that starts it. [RS12] */
export function runStarted(run: { run: string; conversation: string; agent: AgentAddress; answeredBy: AnsweredBy; retryOf?: string; now: number }): AgUiEvent {
  const symphainy: RunMetadata = { agent: run.agent, answeredBy: run.answeredBy }
  return {
    type: 'RUN_STARTED',
    threadId: run.conversation,
    runId: run.run,
    timestamp: run.now,
    metadata: { symphainy },
    ...(run.retryOf === undefined ? {} : { parentRunId: run.retryOf }),
  } as AgUiEvent
}

/** The end of a run that the user stopped. [RS5] */
export function runCancelled(conversation: string, run: string): AgUiEvent {
  return { type: 'RUN_FINISHED', threadId: conversation, runId: run, outcome: { type: 'cancelled' } } as AgUiEvent
}

/** The end of a run that failed, in words for a person. [RS5] */
export function runFailed(code: ErrorCode, message: string = ERROR_TEXTS[code]): AgUiEvent {
  return { type: 'RUN_ERROR', code, message } as AgUiEvent
}

/** How many characters of its first message name a conversation. */
const TITLE_CHARACTERS = 60

/**
 * What a list cannot show, or what would turn its neighbours round: control and direction characters, halves of
 * characters. A store may end a text at its first NUL.
 */
const NOT_SHOWN = /[\p{Cc}\p{Surrogate}\u200B\u2028-\u202E\u2060-\u2069\uFEFF]/gu

/** A new conversation's title: the beginning of its first message, on one line. Never empty. */
export function titleOf(text: string): string {
  const line = text.replace(NOT_SHOWN, ' ').replace(/\s+/g, ' ').trim()
  return line === '' ? '…' : [...line].slice(0, TITLE_CHARACTERS).join('')
}

/** The UTC day of a time, for quotas. */
export function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10)
}
