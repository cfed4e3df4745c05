import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { agentBackendContract, createVirtualClock } from '@symphainy/testing'
import type { AgentAddress, Pillar } from '@symphainy/protocol'
import type { AgentInput } from '@symphainy/gateway'
import { ask, hastyEnvironment, recordRun } from '../fakes/recordedRun.js'
import { loadKnowledge } from './knowledge.js'
import { createSearchAgent } from './searchAgent.js'

const knowledge = loadKnowledge(fileURLToPath(new URL('../../../knowledge', import.meta.url)))
const backend = createSearchAgent({ knowledge, pace: 0, environment: hastyEnvironment().environment })
const liaison = (pillar: Pillar): AgentAddress => ({ type: 'liaison', pillar })
const answerTo = async (text: string, agent?: AgentAddress, before?: AgentInput['messages']) => (await recordRun(backend, ask(text, agent, before))).message

describe('the documentation search keeps the contract', () => {
  const paced = createSearchAgent({ knowledge, environment: hastyEnvironment().environment })
  for (const c of agentBackendContract) it(c.name, () => c.run(() => ({ backend: paced, input: ask('How do I change the port?') })))
})

describe('an answer', () => {
  it('says what it is', () => {
    expect(backend.describe({ type: 'guide' })).toEqual({ kind: 'search', label: 'Documentation search, no AI model' })
  })

  it('quotes the page and cites it by a number that leads there', async () => {
    const message = await answerTo('How do I change the port?')
    expect(message.text).toContain('Set `PORT`.')
    expect(message.text).toContain('```sh\nPORT=8080 npm start\n```')
    expect(message.sources?.[0]).toMatchObject({
      n: 1,
      title: 'Configuration variables: Change the port',
      href: '/knowledge/operations/configuration#change-the-port',
    })
  })

  it('cites each source and no other', async () => {
    for (const question of ['How do I back up the data?', 'close code 4409', 'Which AI model answers me?', 'limits', 'TRUST_PROXY', 'password']) {
      const { text, sources = [] } = await answerTo(question)
      const cited = [...text.matchAll(/(?<=[\s^])\[(\d)\](?!\()/g)].map((match) => Number(match[1]))
      expect([...new Set(cited)], question).toEqual(sources.map(({ n }) => n))
      expect(text.length, question).toBeLessThan(4000)
    }
  })

  it('closes every code block that it opens', async () => {
    for (const question of ['How do I back up the data?', 'install docker', 'nginx', 'see the logs', 'invite people', 'errors over http']) {
      const { text } = await answerTo(question)
      expect((text.match(/^(`{3,})/gm) ?? []).length % 2, question).toBe(0)
    }
  })

  it('says so when it finds nothing, and what it knows about', async () => {
    const message = await answerTo('qwrtz plonk xyzzy')
    expect(message.text).toContain('I found nothing about this')
    expect(message.text).toContain('**Operations**')
    expect(message.sources).toBeUndefined()
    expect(message.text).not.toContain('qwrtz')
  })

  it.each(['hi', 'Hello!', 'help', 'What can you do?', 'thanks', 'Are you an AI?'])('meets “%s” without searching', async (text) => {
    const message = await answerTo(text)
    expect(message.text).not.toContain('I found nothing')
    expect(message.sources).toBeUndefined()
  })

  it('looks at the question before when the last one refers back', async () => {
    const before = [{ role: 'user', id: 'earlier-1', text: 'How do I restore a backup?', agent: { type: 'guide' }, createdAt: 0 }] as AgentInput['messages']
    expect((await answerTo('and undo this?', { type: 'guide' }, before)).sources?.[0]?.href).toContain('backup-and-restore')
    expect((await answerTo('zzzz', { type: 'guide' }, before)).sources).toBeUndefined()
  })

  it('treats instructions, markup and very long questions as words to look up', async () => {
    const words = Array.from({ length: 6_000 }, (_, i) => `w${i.toString(36)}`).join(' ')
    for (const text of [
      words,
      'a'.repeat(32_768),
      'constructor __proto__ hasOwnProperty prototype',
      '<script>alert(1)</script>',
      '](javascript:alert(1))',
      `port ${'x '.repeat(16_000)}`,
      '\u0000\uD800',
    ])
      expect((await answerTo(text)).status).toBe('finished')
  })
})

describe('handing over', () => {
  it('the guide offers the liaison in whose field the answer lies', async () => {
    expect((await answerTo('How do I back up the data?')).handover).toMatchObject({ pillar: 'operations', reason: expect.stringContaining('Operations') })
    expect((await answerTo('What does close code 4409 mean?')).handover?.pillar).toBe('insights')
  })

  it('the guide keeps what is general', async () => {
    expect((await answerTo('How do I sign out other devices?')).handover).toBeUndefined()
  })

  it('a liaison answers from its own field first', async () => {
    const message = await answerTo('What is sent to the AI model?', liaison('business_outcomes'))
    expect(message.sources?.[0]?.href).toContain('/business_outcomes/')
    expect(message.handover).toBeUndefined()
  })

  it('a liaison says when it is outside its field, and whose it is', async () => {
    const message = await answerTo('How do I back up the data?', liaison('content'))
    expect(message.text).toMatch(/^This is outside my field; it belongs to Operations\./)
    expect(message.handover?.pillar).toBe('operations')
  })
})

describe('the pace', () => {
  it('streams word by word at about 90 tokens a second, the first at once', async () => {
    const clock = createVirtualClock()
    const paced = createSearchAgent({ knowledge, environment: clock })
    const deltas: { at: number; delta: string }[] = []
    const begun = clock.now()
    const reading = (async () => {
      for await (const event of paced.run(ask('How do I change the port?'), { signal: new AbortController().signal }))
        if (event.type === 'TEXT_MESSAGE_CONTENT') deltas.push({ at: clock.now() - begun, delta: event.delta })
    })()
    await clock.advance(20_000)
    await reading
    expect(deltas[0]?.at).toBe(0)
    expect(deltas.length).toBeGreaterThan(10)
    const units = deltas.slice(0, -1).reduce((sum, { delta }) => sum + delta.length, 0)
    expect((units / 4 / (deltas.at(-1)?.at ?? 0)) * 1000).toBeCloseTo(90, 0)
    expect(deltas.map(({ delta }) => delta).join('')).toBe((await answerTo('How do I change the port?')).text)
  })

  it('[U11] ends at once when it is stopped, and leaves no timer', async () => {
    const clock = createVirtualClock()
    const controller = new AbortController()
    const types: string[] = []
    const paced = createSearchAgent({ knowledge, environment: clock })
    const reading = (async () => {
      for await (const event of paced.run(ask('How do I change the port?'), { signal: controller.signal })) types.push(event.type)
    })()
    await clock.advance(100)
    controller.abort()
    await reading
    expect(types.at(-1)).toBe('TEXT_MESSAGE_CONTENT')
    expect(clock.pending).toBe(0)
  })
})
