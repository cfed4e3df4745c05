import type { AnsweredBy, AgentAddress } from './agents.js'
import { GUIDE, isPillar } from './agents.js'
import type { AgUiEvent } from './frames.js'
import type { AgentMessage, Handover, Source } from './messages.js'

/** Names of the CUSTOM events by which an agent adds what AG-UI has no word for. */
export const SOURCES_EVENT = 'symphainy.sources'
export const HANDOVER_EVENT = 'symphainy.handover'

/** What the gateway writes into the metadata of RUN_STARTED, under the key `symphainy`. */
export interface RunMetadata {
  agent: AgentAddress
  answeredBy: AnsweredBy
}

/** Whether an event ends its run. Every run has exactly one such event. [RS5] */
export function isTerminal(event: AgUiEvent): boolean {
  return event.type === 'RUN_FINISHED' || event.type === 'RUN_ERROR'
}

/** A run's message before its first event. */
export function newRunMessage(run: string, createdAt: number): AgentMessage {
  return { role: 'assistant', id: run, status: 'running', text: '', agent: GUIDE, createdAt }
}

/**
 * One event folded into the run's message: platform and client fold alike, so that a snapshot and a replay give the
 * same words. Events after the terminal one change nothing. Pure; unknown events change nothing. [S4] [S8]
 */
export function foldEvent(message: AgentMessage, event: AgUiEvent): AgentMessage {
  if (message.status !== 'running') return message
  switch (event.type) {
    case 'RUN_STARTED': {
      const own = event.metadata?.['symphainy'] as RunMetadata | undefined
      return {
        ...message,
        ...(own === undefined ? {} : { agent: own.agent, answeredBy: own.answeredBy }),
        ...(event.timestamp === undefined ? {} : { createdAt: event.timestamp }),
        ...(event.parentRunId === undefined ? {} : { retryOf: event.parentRunId }),
      }
    }
    case 'TEXT_MESSAGE_START':
      // A run may write several messages; to the reader they are paragraphs of one answer.
      return message.text === '' ? message : { ...message, text: `${message.text}\n\n` }
    case 'TEXT_MESSAGE_CONTENT':
      return { ...message, text: message.text + event.delta }
    case 'TEXT_MESSAGE_CHUNK':
      return event.delta === undefined ? message : { ...message, text: message.text + event.delta }
    case 'STEP_STARTED':
      return { ...message, activity: event.stepName }
    case 'TOOL_CALL_START':
      return { ...message, activity: event.toolCallName }
    case 'STEP_FINISHED':
    case 'TOOL_CALL_END':
      return without(message, 'activity')
    case 'CUSTOM':
      if (event.name === SOURCES_EVENT) return { ...message, sources: sourcesOf(event.value) }
      if (event.name === HANDOVER_EVENT && isHandover(event.value)) return { ...message, handover: event.value }
      return message
    case 'RUN_FINISHED':
      return { ...without(message, 'activity'), status: event.outcome?.type === 'cancelled' ? 'cancelled' : 'finished' }
    case 'RUN_ERROR':
      return { ...without(message, 'activity'), status: 'failed', error: { code: event.code ?? 'agent_failed', message: event.message } }
    default:
      return message
  }
}

function without(message: AgentMessage, key: 'activity'): AgentMessage {
  if (message[key] === undefined) return message
  const { [key]: _, ...rest } = message
  return rest
}

function sourcesOf(value: unknown): Source[] {
  if (!Array.isArray(value)) return []
  return value.filter((item: unknown): item is Source => {
    const s = item as Partial<Source> | null
    // A source is clicked: only this platform's own pages and http(s) may stand behind it.
    return (
      typeof s === 'object' &&
      s !== null &&
      typeof s.n === 'number' &&
      typeof s.title === 'string' &&
      typeof s.href === 'string' &&
      /^(\/(?!\/)|https?:\/\/)/.test(s.href)
    )
  })
}

function isHandover(value: unknown): value is Handover {
  const h = value as Partial<Handover> | null
  return typeof h === 'object' && h !== null && isPillar(h.pillar) && typeof h.reason === 'string'
}

/** The delta events whose neighbours of the same id may be joined without changing what a reader sees. [RS6] */
function joined(left: AgUiEvent, right: AgUiEvent): AgUiEvent | null {
  if (left.type === 'TEXT_MESSAGE_CONTENT' && right.type === 'TEXT_MESSAGE_CONTENT' && left.messageId === right.messageId)
    return { ...left, delta: left.delta + right.delta }
  if (left.type === 'REASONING_MESSAGE_CONTENT' && right.type === 'REASONING_MESSAGE_CONTENT' && left.messageId === right.messageId)
    return { ...left, delta: left.delta + right.delta }
  if (left.type === 'TOOL_CALL_ARGS' && right.type === 'TOOL_CALL_ARGS' && left.toolCallId === right.toolCallId)
    return { ...left, delta: left.delta + right.delta }
  return null
}

/** Events with neighbouring deltas joined; folding the result gives what folding the input gives. [RS6] */
export function mergeDeltas(events: readonly AgUiEvent[]): AgUiEvent[] {
  const merged: AgUiEvent[] = []
  for (const event of events) {
    const last = merged.at(-1)
    const both = last === undefined ? null : joined(last, event)
    if (both === null) merged.push(event)
    else merged[merged.length - 1] = both
  }
  return merged
}
