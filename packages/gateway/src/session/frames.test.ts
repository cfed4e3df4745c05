import { createScriptedAgent, createTestPlatform, type TestPlatform, type TestPlatformOptions, type TestSocket } from '@symphainy/testing'
import type { ClientFrame } from '@symphainy/protocol'
import { afterEach, describe, expect, it } from 'vitest'

const platforms: TestPlatform[] = []
async function connect(options?: TestPlatformOptions): Promise<TestSocket> {
  const platform = await createTestPlatform(options)
  platforms.push(platform)
  return platform.connect(await platform.signIn('Ada'))
}
afterEach(async () => {
  await Promise.all(platforms.splice(0).map((platform) => platform.close()))
})

const message = (id: string, text: string): ClientFrame => ({ type: 'message', id, conversation: 'talk-0001', agent: { type: 'guide' }, text })

describe('bad frames', () => {
  it.each([
    ['rubbish', 'rubbish', 'invalid_json'],
    ['nothing', '', 'invalid_json'],
    ['truncated JSON', '{"type":"ping","id":"x', 'invalid_json'],
    ['a number', '42', 'invalid_frame'],
    ['null', 'null', 'invalid_frame'],
    ['no type', '{}', 'invalid_frame'],
    ['a type that is no text', '{"type":7}', 'invalid_frame'],
    ['an unknown type', '{"type":"shout"}', 'unknown_type'],
    ['a ready of its own', '{"type":"ready","fence":99}', 'unknown_type'],
    ['a key that reaches into prototypes', '{"type":"ping","id":"x","__proto__":{"a":1}}', 'invalid_frame'],
    ['nesting without end', `{"type":"ping","id":"x","a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 'invalid_frame'],
    ['a subscription to a number', '{"type":"subscribe","conversation":5}', 'invalid_frame'],
    ['a position that is none', '{"type":"subscribe","conversation":"@user","after":{"epoch":"x","offset":-1}}', 'invalid_frame'],
    ['a ticket that is no text', '{"type":"refreshed","ticket":{}}', 'invalid_frame'],
  ])('[FR1] %s is answered with an error, and the socket stays', async (_, text, code) => {
    const socket = await connect()
    socket.sendText(text)
    expect((await socket.next('error')).code).toBe(code)
    await socket.roundTrip()
  })

  it('[FR1] a message without a conversation is refused by its id', async () => {
    const socket = await connect()
    socket.sendText('{"type":"message","id":"message-1","agent":{"type":"guide"},"text":"hi"}')
    expect(await socket.next('nack')).toMatchObject({ id: 'message-1', code: 'invalid_frame' })
    await socket.roundTrip()
  })

  it('[FR1] a binary frame is an error, and the socket stays', async () => {
    const socket = await connect()
    socket.sendText(Buffer.from([1, 2, 3]))
    expect((await socket.next('error')).code).toBe('invalid_frame')
    await socket.roundTrip()
  })

  it('[FR2] 1 MB of JSON closes with 1009', async () => {
    const socket = await connect()
    socket.sendText(JSON.stringify({ type: 'ping', id: 'x'.repeat(1_000_000) }))
    expect((await socket.closed).code).toBe(1009)
  })

  it('[FR1] abuse without end closes with 4400, never 1008', async () => {
    const socket = await connect()
    for (let count = 0; count < 200; count += 1) socket.sendText('rubbish')
    expect(await socket.closed).toEqual({ code: 4400, reason: 'abuse' })
  })

  it('[FR5] good frames of an array count, whatever stands beside them, in order', async () => {
    const socket = await connect()
    socket.sendText('[{"type":"ping","id":"a"},{"type":"shout"},7,{"type":"ping","id":"b"}]')
    await socket.next('pong', ({ id }) => id === 'b')
    expect(socket.frames.map((frame) => ('id' in frame ? frame.id : 'code' in frame ? frame.code : frame.type))).toEqual([
      'ready',
      'a',
      'unknown_type',
      'invalid_frame',
      'b',
    ])
  })
})

describe('limits', () => {
  it('[FR2] a message over the limit is refused as too long, and the socket stays', async () => {
    const socket = await connect()
    socket.send(message('message-1', 'x'.repeat(32_769)))
    expect(await socket.next('nack')).toMatchObject({ id: 'message-1', code: 'too_long' })
    socket.send(message('message-2', 'x'.repeat(32_768)))
    expect((await socket.next('ack')).id).toBe('message-2')
  })

  it('[FR2] [L19] the 11th message at once is refused with a time, and nothing before it is lost or reordered', async () => {
    const socket = await connect({ gateway: { agents: createScriptedAgent() } })
    socket.send(...Array.from({ length: 12 }, (_, index) => message(`message-${String(index).padStart(2, '0')}`, 'hi')))
    const refused = await socket.next('nack')
    expect(refused).toMatchObject({ id: 'message-10', code: 'rate_limited' })
    expect(refused.retryAfterMs).toBeGreaterThan(0)
    for (let index = 0; index < 10; index += 1)
      await expect.poll(() => socket.frames.some((frame) => frame.type === 'ack' && frame.id === `message-0${index}`)).toBe(true)
    const offsets = socket.frames.flatMap((frame) => (frame.type === 'ack' ? [frame.offset] : []))
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
  })

  it('[L16] unknown conversations are refused and allocate nothing', async () => {
    const socket = await connect()
    for (let index = 0; index < 100; index += 1) socket.send({ type: 'subscribe', conversation: `unknown-${index}` })
    await socket.roundTrip()
    await expect.poll(() => socket.frames.filter((frame) => frame.type === 'error').length).toBe(100)
    const codes = new Set(socket.frames.flatMap((frame) => (frame.type === 'error' ? [frame.code] : [])))
    expect([...codes].every((code) => code === 'not_found' || code === 'too_many_subscriptions')).toBe(true)
    socket.send({ type: 'subscribe', conversation: '@user' })
    await socket.next('snapshot')
  })

  it('[FR2] the 33rd subscription is refused; an unsubscribe makes room', async () => {
    const socket = await connect({ gateway: { limits: { subscriptions: 2, messagesPerSecond: 100, messageBurst: 100 } } })
    for (const name of ['one', 'two', 'three']) {
      socket.send({ type: 'message', id: `message-${name}`, conversation: `talk-of-${name}`, agent: { type: 'guide' }, text: 'hi' })
      if (name === 'three') await socket.next('ack')
      else await socket.next('live', ({ conversation }) => conversation === `talk-of-${name}`)
    }
    socket.send({ type: 'subscribe', conversation: 'talk-of-three' })
    expect(await socket.next('error')).toMatchObject({ code: 'too_many_subscriptions', re: { conversation: 'talk-of-three' } })
    socket.send({ type: 'unsubscribe', conversation: 'talk-of-one' }, { type: 'subscribe', conversation: 'talk-of-three' })
    await socket.next('live', ({ conversation }) => conversation === 'talk-of-three')
  })
})
