import type { AgUiEvent } from '@symphainy/protocol'

type Fields = Record<string, unknown>

/** A thing that events open, go on with and close, by the field that names it. */
interface Part {
  kind: 'text' | 'tool' | 'span' | 'reasoning' | 'step' | 'subagent'
  act: 'open' | 'continue' | 'close'
  id: string
  /** A text field that a continuation must have. */
  content?: string
}

const PARTS: Readonly<Record<string, Part>> = {
  TEXT_MESSAGE_START: { kind: 'text', act: 'open', id: 'messageId' },
  TEXT_MESSAGE_CONTENT: { kind: 'text', act: 'continue', id: 'messageId', content: 'delta' },
  TEXT_MESSAGE_END: { kind: 'text', act: 'close', id: 'messageId' },
  TOOL_CALL_START: { kind: 'tool', act: 'open', id: 'toolCallId' },
  TOOL_CALL_ARGS: { kind: 'tool', act: 'continue', id: 'toolCallId', content: 'delta' },
  TOOL_CALL_END: { kind: 'tool', act: 'close', id: 'toolCallId' },
  REASONING_START: { kind: 'span', act: 'open', id: 'messageId' },
  REASONING_END: { kind: 'span', act: 'close', id: 'messageId' },
  REASONING_MESSAGE_START: { kind: 'reasoning', act: 'open', id: 'messageId' },
  REASONING_MESSAGE_CONTENT: { kind: 'reasoning', act: 'continue', id: 'messageId', content: 'delta' },
  REASONING_MESSAGE_END: { kind: 'reasoning', act: 'close', id: 'messageId' },
  STEP_STARTED: { kind: 'step', act: 'open', id: 'stepName' },
  STEP_FINISHED: { kind: 'step', act: 'close', id: 'stepName' },
  SUBAGENT_STARTED: { kind: 'subagent', act: 'open', id: 'subagentRunId' },
  SUBAGENT_FINISHED: { kind: 'subagent', act: 'close', id: 'subagentRunId' },
  SUBAGENT_ERROR: { kind: 'subagent', act: 'close', id: 'subagentRunId' },
}

/** The event that closes each kind. */
const CLOSERS: Readonly<Record<Part['kind'], (id: string, owner: string | undefined) => Fields>> = {
  text: (messageId) => ({ type: 'TEXT_MESSAGE_END', messageId }),
  tool: (toolCallId) => ({ type: 'TOOL_CALL_END', toolCallId }),
  span: (messageId) => ({ type: 'REASONING_END', messageId }),
  reasoning: (messageId) => ({ type: 'REASONING_MESSAGE_END', messageId }),
  step: (stepName, owner) => ({ type: 'STEP_FINISHED', stepName, ...(owner === undefined ? {} : { subagentRunId: owner }) }),
  subagent: (subagentRunId) => ({ type: 'SUBAGENT_FINISHED', subagentRunId }),
}

/** Keeps one run's events in the order that AG-UI asks for, whatever a backend yields. */
export interface RunOrder {
  /** Whether this event may stand here; one that may not is dropped. */
  admits(event: AgUiEvent): boolean
  /** What closes everything that is open, so that RUN_FINISHED may follow. */
  closing(): AgUiEvent[]
}

export function createRunOrder(): RunOrder {
  /** What is open, the latest last. */
  const open = new Map<string, { kind: Part['kind']; id: string; owner: string | undefined }>()
  /** Whose each thing is, kept when it closes: it never changes hands within a run. */
  const owners = new Map<string, string | undefined>()
  const finishedSubagents = new Set<string>()
  const isOthers = (property: string, owner: string | undefined): boolean => owner !== undefined && owners.has(property) && owners.get(property) !== owner

  /** Events that open and close nothing may still say whose a thing is, or speak of somebody else's. */
  const admitsOther = (type: string, fields: Fields, owner: string | undefined): boolean => {
    const { messageId, entityId } = fields
    switch (type) {
      // The log keeps the messages; a backend's own history of them is not the run's.
      case 'MESSAGES_SNAPSHOT':
        return false
      case 'TOOL_CALL_RESULT':
        owners.set(`text ${String(messageId)}`, owner)
        return true
      case 'ACTIVITY_SNAPSHOT':
        if (isOthers(`activity ${String(messageId)}`, owner)) return false
        owners.set(`activity ${String(messageId)}`, owner)
        return true
      case 'ACTIVITY_DELTA':
        return !isOthers(`activity ${String(messageId)}`, owner)
      case 'REASONING_ENCRYPTED_VALUE':
        return !['text', 'tool', 'reasoning'].some((kind) => isOthers(`${kind} ${String(entityId)}`, owner))
      default:
        return true
    }
  }

  return {
    admits(event) {
      const fields = event as unknown as Fields
      const owner = fields['subagentRunId']
      if (owner !== undefined && typeof owner !== 'string') return false
      const part = Object.hasOwn(PARTS, event.type) ? PARTS[event.type] : undefined
      if (part === undefined) return admitsOther(event.type, fields, owner)
      const { kind, act, content } = part
      const id = fields[part.id]
      if (typeof id !== 'string' || (content !== undefined && typeof fields[content] !== 'string')) return false
      // A step's name is its owner's; every other id is the run's.
      const name = kind === 'step' ? `step ${owner ?? ''} ${owner === undefined ? 'own' : 'sub'} ${id}` : `${kind} ${id}`
      // A span of reasoning and a message in it may share an id, and then also their owner.
      const property = kind === 'span' ? `reasoning ${id}` : name
      if (kind === 'subagent') {
        const parent = fields['parentSubagentRunId']
        if (
          act === 'open' &&
          (finishedSubagents.has(id) || typeof fields['name'] !== 'string' || (parent !== undefined && !owners.has(`subagent ${String(parent)}`)))
        )
          return false
        if (event.type === 'SUBAGENT_ERROR' && typeof fields['message'] !== 'string') return false
        if (act === 'close' && open.has(name)) finishedSubagents.add(id)
      } else if (kind !== 'step' && isOthers(property, owner)) return false
      if (open.has(name) === (act === 'open')) return false
      if (act === 'open') {
        open.set(name, { kind, id, owner })
        if (!owners.has(property)) owners.set(property, owner)
      } else if (act === 'close') open.delete(name)
      return true
    },
    closing() {
      const events = [...open.values()].reverse().map(({ kind, id, owner }) => CLOSERS[kind](id, owner) as unknown as AgUiEvent)
      open.clear()
      return events
    },
  }
}
