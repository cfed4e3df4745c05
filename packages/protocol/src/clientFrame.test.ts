import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkClientFrame } from './clientFrame.js'
import type { ClientFrame } from './frames.js'

const GOOD: readonly ClientFrame[] = [
  { type: 'subscribe', conversation: '@user' },
  { type: 'subscribe', conversation: 'conversation1', after: { epoch: 'e1', offset: 0 } },
  { type: 'unsubscribe', conversation: 'conversation1' },
  { type: 'message', id: 'message-1', conversation: 'conversation1', agent: { type: 'guide' }, text: 'Hello' },
  { type: 'message', id: 'message-2', conversation: 'conversation1', agent: { type: 'liaison', pillar: 'content' }, text: '', retryOf: 'message-1' },
  { type: 'cancel', run: 'message-1' },
  { type: 'refreshed', ticket: 'abc' },
  { type: 'ping', id: '1' },
]

const BAD: readonly [string, unknown][] = [
  ['null', null],
  ['a number', 7],
  ['an array', []],
  ['no type', {}],
  ['a type that is no string', { type: 1 }],
  ['a message without a conversation', { type: 'message', id: 'message-1', agent: { type: 'guide' }, text: 'x' }],
  ['a message to the user log', { type: 'message', id: 'message-1', conversation: '@user', agent: { type: 'guide' }, text: 'x' }],
  ['a blank message', { type: 'message', id: 'message-1', conversation: 'conversation1', agent: { type: 'guide' }, text: ' \n' }],
  ['a message whose text is a number', { type: 'message', id: 'message-1', conversation: 'conversation1', agent: { type: 'guide' }, text: 5 }],
  ['a message to no agent', { type: 'message', id: 'message-1', conversation: 'conversation1', text: 'x' }],
  ['a liaison for no pillar', { type: 'message', id: 'message-1', conversation: 'conversation1', agent: { type: 'liaison', pillar: 'toString' }, text: 'x' }],
  ['an id with a slash', { type: 'message', id: '../../etc/passwd', conversation: 'conversation1', agent: { type: 'guide' }, text: 'x' }],
  ['a short id', { type: 'message', id: 'short', conversation: 'conversation1', agent: { type: 'guide' }, text: 'x' }],
  ['an offset below 0', { type: 'subscribe', conversation: 'conversation1', after: { epoch: 'e', offset: -1 } }],
  ['an offset between numbers', { type: 'subscribe', conversation: 'conversation1', after: { epoch: 'e', offset: 1.5 } }],
  ['a log of somebody', { type: 'subscribe', conversation: '@admin' }],
  ['a ping without id', { type: 'ping' }],
  ['a long ping', { type: 'ping', id: 'x'.repeat(65) }],
  ['a cancel of nothing', { type: 'cancel' }],
  ['a ticket that is no string', { type: 'refreshed', ticket: {} }],
]

describe('checkClientFrame', () => {
  it.each(GOOD.map((frame) => [frame.type, frame] as const))('[FR1] accepts %s', (_, frame) => {
    expect(checkClientFrame(frame)).toEqual({ ok: true, frame })
  })

  it.each(BAD)('[FR1] refuses %s', (_, value) => {
    expect(checkClientFrame(value)).toMatchObject({ ok: false, code: 'invalid_frame' })
  })

  it('[FR1] names an unknown type, and repeats no more of it than 32 characters', () => {
    expect(checkClientFrame({ type: 'dance', id: 'message-1' })).toMatchObject({ ok: false, code: 'unknown_type', re: { type: 'dance', id: 'message-1' } })
    const answer = checkClientFrame({ type: 'x'.repeat(1000) })
    expect(answer.ok ? '' : answer.re?.type).toHaveLength(32)
  })

  it('drops unknown fields, so that nothing unchecked travels on', () => {
    expect(checkClientFrame({ type: 'ping', id: '1', admin: true })).toEqual({ ok: true, frame: { type: 'ping', id: '1' } })
    expect(checkClientFrame({ ...GOOD[3], agent: { type: 'guide', root: 1 } })).toEqual({ ok: true, frame: GOOD[3] })
  })

  it('[FR4] never throws, whatever the value', () => {
    const types = fc.constantFrom(...GOOD.map((frame) => frame.type), 'other')
    const almost = fc.record(
      {
        type: types,
        id: fc.jsonValue(),
        conversation: fc.jsonValue(),
        agent: fc.jsonValue(),
        text: fc.jsonValue(),
        after: fc.jsonValue(),
        run: fc.jsonValue(),
        ticket: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    fc.assert(fc.property(fc.oneof(fc.jsonValue(), almost), (value) => typeof checkClientFrame(value).ok === 'boolean'))
  })
})
