import { isSafe, type AgUiEvent } from '@symphainy/protocol'

type Kind = 'string' | 'array' | 'object' | 'any'

/** What each event must have before anybody builds on it; AG-UI 1.0. Fields that an agent adds travel on unchanged. */
const SHAPES: Readonly<Record<AgUiEvent['type'], Readonly<Record<string, Kind>>>> = {
  TEXT_MESSAGE_START: { messageId: 'string' },
  TEXT_MESSAGE_CONTENT: { messageId: 'string', delta: 'string' },
  TEXT_MESSAGE_END: { messageId: 'string' },
  TEXT_MESSAGE_CHUNK: {},
  TOOL_CALL_START: { toolCallId: 'string', toolCallName: 'string' },
  TOOL_CALL_ARGS: { toolCallId: 'string', delta: 'string' },
  TOOL_CALL_END: { toolCallId: 'string' },
  TOOL_CALL_CHUNK: {},
  TOOL_CALL_RESULT: { messageId: 'string', toolCallId: 'string', content: 'any' },
  STATE_SNAPSHOT: { snapshot: 'any' },
  STATE_DELTA: { delta: 'array' },
  MESSAGES_SNAPSHOT: { messages: 'array' },
  ACTIVITY_SNAPSHOT: { messageId: 'string', activityType: 'string', content: 'object' },
  ACTIVITY_DELTA: { messageId: 'string', activityType: 'string', patch: 'array' },
  RAW: { event: 'any' },
  CUSTOM: { name: 'string', value: 'any' },
  RUN_STARTED: { threadId: 'string', runId: 'string' },
  RUN_FINISHED: { threadId: 'string', runId: 'string' },
  RUN_ERROR: { message: 'string' },
  STEP_STARTED: { stepName: 'string' },
  STEP_FINISHED: { stepName: 'string' },
  REASONING_START: { messageId: 'string' },
  REASONING_MESSAGE_START: { messageId: 'string' },
  REASONING_MESSAGE_CONTENT: { messageId: 'string', delta: 'string' },
  REASONING_MESSAGE_END: { messageId: 'string' },
  REASONING_MESSAGE_CHUNK: {},
  REASONING_END: { messageId: 'string' },
  REASONING_ENCRYPTED_VALUE: { subtype: 'string', entityId: 'string', encryptedValue: 'string' },
  SUBAGENT_STARTED: { subagentRunId: 'string', name: 'string' },
  SUBAGENT_FINISHED: { subagentRunId: 'string' },
  SUBAGENT_ERROR: { subagentRunId: 'string', message: 'string' },
}

/** Fields that are optional strings wherever they occur: what folds or joins deltas adds them up unchecked. */
const OPTIONAL_STRINGS = ['messageId', 'delta', 'code', 'toolCallId', 'parentRunId', 'role'] as const

export type CheckedEvent = { status: 'event'; event: AgUiEvent } | { status: 'unknown'; type: string } | { status: 'wrong'; why: string }

function is(value: unknown, kind: Kind): boolean {
  if (kind === 'any') return value !== undefined
  if (kind === 'array') return Array.isArray(value)
  if (kind === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === kind
}

/** The data of one server-sent event as an AG-UI event, unchanged; or why it is none. Never throws. */
export function readEvent(data: string): CheckedEvent {
  let value: unknown
  try {
    value = JSON.parse(data)
  } catch {
    return { status: 'wrong', why: 'an event is not valid JSON' }
  }
  if (!is(value, 'object')) return { status: 'wrong', why: 'an event is no object' }
  // It travels inside a frame, one level down. [FR4]
  if (!isSafe(value, 2)) return { status: 'wrong', why: 'an event nests too deeply or has a forbidden key' }
  const fields = value as Record<string, unknown>
  const type = fields['type']
  if (typeof type !== 'string') return { status: 'wrong', why: 'an event has no type' }
  if (!Object.hasOwn(SHAPES, type)) return { status: 'unknown', type: type.slice(0, 64) }
  const shape = SHAPES[type as AgUiEvent['type']]
  for (const name in shape) if (!is(fields[name], shape[name] as Kind)) return { status: 'wrong', why: `${type} without a proper ${name}` }
  for (const name of OPTIONAL_STRINGS)
    if (fields[name] !== undefined && typeof fields[name] !== 'string') return { status: 'wrong', why: `${type} with an improper ${name}` }
  return { status: 'event', event: value as AgUiEvent }
}
