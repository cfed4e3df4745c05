import type { PlatformFrame } from './frames.js'

type Fields = Record<string, unknown>

/**
 * What each frame must have before the client's code touches it; the rest is the platform's word. A field is its name,
 * behind it `#` for a number, `{` for an object, `[` for a list and nothing for a string.
 */
const SHAPES: Readonly<Record<PlatformFrame['type'], string>> = {
  ready: 'connection fence# session{ heartbeatMs{ reconnectWindowMs# limits{',
  snapshot: 'conversation epoch offset# messages[',
  entry: 'conversation epoch offset# message{',
  event: 'conversation epoch offset# run event{',
  live: 'conversation epoch offset#',
  ack: 'id conversation epoch offset#',
  nack: 'id code message',
  expiring: 'inMs#',
  extended: 'expiresInMs#',
  goaway: 'reason retryAfterMs#',
  pong: 'id',
  error: 'code message',
}

function kindOf(value: unknown): string {
  if (typeof value === 'object') return value === null ? 'null' : Array.isArray(value) ? '[' : '{'
  return typeof value === 'string' ? '' : Number.isFinite(value) ? '#' : 'other'
}

/** A decoded frame of the platform, or null for what this version does not know and so ignores. [FR1] */
export function checkPlatformFrame(value: unknown): PlatformFrame | null {
  if (kindOf(value) !== '{') return null
  const fields = value as Fields
  const { type } = fields
  if (typeof type !== 'string' || !Object.hasOwn(SHAPES, type)) return null
  const holds = SHAPES[type as PlatformFrame['type']].split(' ').every((field) => {
    const [name = '', kind = ''] = field.split(/(?=\W)/)
    return kindOf(fields[name]) === kind
  })
  return holds ? (value as PlatformFrame) : null
}
