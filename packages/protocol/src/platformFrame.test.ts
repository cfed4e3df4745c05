import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PlatformFrame } from './frames.js'
import { DEFAULT_HEARTBEAT_MS, DEFAULT_LIMITS } from './limits.js'
import { checkPlatformFrame } from './platformFrame.js'

const FRAMES: readonly PlatformFrame[] = [
  {
    type: 'ready',
    connection: 'c1',
    fence: 1,
    session: { id: 's1', user: { id: 'u1', name: 'Ada', email: 'ada@example.com' }, expiresInMs: 1000 },
    heartbeatMs: DEFAULT_HEARTBEAT_MS,
    reconnectWindowMs: 1000,
    limits: DEFAULT_LIMITS,
  },
  { type: 'snapshot', conversation: 'conversation1', epoch: 'e', offset: 0, messages: [] },
  { type: 'entry', conversation: '@user', epoch: 'e', offset: 1, message: { role: 'conversation', id: 'c', title: 't', createdAt: 1, updatedAt: 1 } },
  { type: 'event', conversation: 'conversation1', epoch: 'e', offset: 1, run: 'r', event: { type: 'CUSTOM', name: 'n', value: 1 } as never },
  { type: 'live', conversation: 'conversation1', epoch: 'e', offset: 1 },
  { type: 'ack', id: 'm', conversation: 'conversation1', epoch: 'e', offset: 1 },
  { type: 'nack', id: 'm', code: 'gone', message: 'gone' },
  { type: 'expiring', inMs: 1 },
  { type: 'extended', expiresInMs: 1 },
  { type: 'goaway', reason: 'restart', retryAfterMs: 1 },
  { type: 'pong', id: '1' },
  { type: 'error', code: 'invalid_json', message: 'm' },
]

describe('checkPlatformFrame', () => {
  it.each(FRAMES.map((frame) => [frame.type, frame] as const))('[FR1] accepts %s, and refuses it without any one of its fields', (_, frame) => {
    expect(checkPlatformFrame(frame)).toBe(frame)
    for (const field of Object.keys(frame)) {
      const { [field as 'type']: _gone, ...rest } = frame
      expect(checkPlatformFrame(rest), field).toBeNull()
    }
  })

  it('[FR1] ignores unknown types and inherited names', () => {
    for (const type of ['dance', 'toString', '__proto__', 'constructor']) expect(checkPlatformFrame({ type })).toBeNull()
  })

  it('[FR4] never throws, whatever the value', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => checkPlatformFrame(value) === null || typeof value === 'object'))
  })
})
