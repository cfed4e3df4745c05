import type { PlatformFrame } from './frames.js'

type Fields = Record<string, unknown>
type Kind = 'string' | 'number' | 'object' | 'array'

/** What each frame must have before the client's code touches it; the rest is the platform's word. */
const SHAPES: Readonly<Record<PlatformFrame['type'], Readonly<Record<string, Kind>>>> = {
  ready: { connection: 'string', fence: 'number', session: 'object', heartbeatMs: 'object', reconnectWindowMs: 'number', limits: 'object' },
  snapshot: { conversation: 'string', epoch: 'string', offset: 'number', messages: 'array' },
  entry: { conversation: 'string', epoch: 'string', offset: 'number', message: 'object' },
  event: { conversation: 'string', epoch: 'string', offset: 'number', run: 'string', event: 'object' },
  live: { conversation: 'string', epoch: 'string', offset: 'number' },
  ack: { id: 'string', conversation: 'string', epoch: 'string', offset: 'number' },
  nack: { id: 'string', code: 'string', message: 'string' },
  expiring: { inMs: 'number' },
  extended: { expiresInMs: 'number' },
  goaway: { reason: 'string', retryAfterMs: 'number' },
  pong: { id: 'string' },
  error: { code: 'string', message: 'string' },
}

function is(value: unknown, kind: Kind): boolean {
  if (kind === 'array') return Array.isArray(value)
  if (kind === 'number') return Number.isFinite(value)
  if (kind === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === kind
}

/** A decoded frame of the platform, or null for what this version does not know and so ignores. [FR1] */
export function checkPlatformFrame(value: unknown): PlatformFrame | null {
  if (!is(value, 'object')) return null
  const fields = value as Fields
  const type = fields['type']
  if (typeof type !== 'string' || !Object.hasOwn(SHAPES, type)) return null
  const shape = SHAPES[type as PlatformFrame['type']]
  for (const name in shape) if (!is(fields[name], shape[name] as Kind)) return null
  return value as PlatformFrame
}
