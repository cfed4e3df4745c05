import { isPillar, type AgentAddress } from './agents.js'
import type { ClientFrame } from './frames.js'
import { ID_PATTERN, USER_LOG } from './limits.js'
import type { Position } from './messages.js'

/** A frame of a client, checked; or why it is none, with what can be said of it in the answer. [FR1] */
export type CheckedClientFrame =
  | { ok: true; frame: ClientFrame }
  | { ok: false; code: 'invalid_frame' | 'unknown_type'; why: string; re?: { type: string; id?: string; conversation?: string } }

type Fields = Record<string, unknown>

const isId = (value: unknown): value is string => typeof value === 'string' && ID_PATTERN.test(value)
const isLogName = (value: unknown): value is string => value === USER_LOG || isId(value)

function isAgent(value: unknown): value is AgentAddress {
  if (typeof value !== 'object' || value === null) return false
  const { type, pillar } = value as Fields
  return type === 'guide' || (type === 'liaison' && isPillar(pillar))
}

function isPosition(value: unknown): value is Position {
  if (typeof value !== 'object' || value === null) return false
  const { epoch, offset } = value as Fields
  return typeof epoch === 'string' && epoch.length <= 64 && Number.isSafeInteger(offset) && (offset as number) >= 0
}

function agent(value: AgentAddress): AgentAddress {
  return value.type === 'guide' ? { type: 'guide' } : { type: 'liaison', pillar: value.pillar }
}

/** Checks the shape of one decoded frame and copies what belongs to it: unknown fields fall away. Never throws. */
export function checkClientFrame(value: unknown): CheckedClientFrame {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ok: false, code: 'invalid_frame', why: 'a frame is an object' }
  const f = value as Fields
  if (typeof f['type'] !== 'string') return { ok: false, code: 'invalid_frame', why: 'a frame has a type' }
  const type = f['type'].slice(0, 32)
  const refuse = (why: string, code: 'invalid_frame' | 'unknown_type' = 'invalid_frame'): CheckedClientFrame => ({
    ok: false,
    code,
    why,
    re: { type, ...(isId(f['id']) ? { id: f['id'] } : {}), ...(isLogName(f['conversation']) ? { conversation: f['conversation'] } : {}) },
  })
  const { conversation, id, run, after, ticket, text, retryOf } = f
  switch (f['type']) {
    case 'subscribe':
      if (!isLogName(conversation)) return refuse('conversation: an id of 8 to 64 letters, digits, _ or -, or @user')
      if (after !== undefined && !isPosition(after)) return refuse('after: {epoch, offset}')
      return { ok: true, frame: { type: 'subscribe', conversation, ...(after === undefined ? {} : { after: { epoch: after.epoch, offset: after.offset } }) } }
    case 'unsubscribe':
      if (!isLogName(conversation)) return refuse('conversation: an id of 8 to 64 letters, digits, _ or -, or @user')
      return { ok: true, frame: { type: 'unsubscribe', conversation } }
    case 'message':
      if (!isId(id)) return refuse('id: 8 to 64 letters, digits, _ or -')
      if (!isId(conversation)) return refuse('conversation: an id of 8 to 64 letters, digits, _ or -')
      if (!isAgent(f['agent'])) return refuse('agent: the guide, or a liaison with a pillar')
      if (typeof text !== 'string') return refuse('text: a string')
      if (retryOf !== undefined && !isId(retryOf)) return refuse('retryOf: the id of a run')
      if (retryOf === undefined && text.trim() === '') return refuse('text: not blank')
      return { ok: true, frame: { type: 'message', id, conversation, agent: agent(f['agent']), text, ...(retryOf === undefined ? {} : { retryOf }) } }
    case 'cancel':
      if (!isId(run)) return refuse('run: the id of a run')
      return { ok: true, frame: { type: 'cancel', run } }
    case 'refreshed':
      if (typeof ticket !== 'string' || ticket.length > 128) return refuse('ticket: a string')
      return { ok: true, frame: { type: 'refreshed', ticket } }
    case 'ping':
      if (typeof id !== 'string' || id.length > 64) return refuse('id: a string of 64 characters at most')
      return { ok: true, frame: { type: 'ping', id } }
    default:
      return refuse('this version does not know the type', 'unknown_type')
  }
}
