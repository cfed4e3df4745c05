import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { agentBackendContract } from '@symphainy/testing'
import type { AgentBackend } from '@symphainy/gateway'
import { beginStream, createFakeEndpoint, writeInPieces, type Exchange, type FakeEndpoint } from '../fakes/fakeEndpoint.js'
import { ask, hastyEnvironment, recordingLogger, recordRun } from '../fakes/recordedRun.js'
import { createAgUiAgent } from './agUiAgent.js'

const sse = (...events: unknown[]): string => events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
const STARTED = { type: 'RUN_STARTED', threadId: 'theirs', runId: 'theirs' }
const TEXT = [
  { type: 'TEXT_MESSAGE_START', messageId: 'm1', role: 'assistant' },
  { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm1', delta: 'Grüße, ', rawEvent: { kept: [1, null] } },
  { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm1', delta: 'Ada' },
  { type: 'TEXT_MESSAGE_END', messageId: 'm1' },
]
const FINISHED = { type: 'RUN_FINISHED', threadId: 'theirs', runId: 'theirs', result: { kept: true } }
const WHOLE = sse(STARTED, ...TEXT, FINISHED)

let endpoint: FakeEndpoint
let answer: (exchange: Exchange, n: number) => void | Promise<void>
let lines: string[]
let delays: number[]
let backend: AgentBackend

beforeEach(async () => {
  answer = ({ response }) => void beginStream(response).end(WHOLE)
  endpoint = await createFakeEndpoint((exchange, n) => answer(exchange, n))
  backend = agentAt(`${endpoint.url}/agent`)
})
afterEach(() => endpoint.close())

function agentAt(url: string): AgentBackend {
  const log = recordingLogger()
  const hasty = hastyEnvironment()
  lines = log.lines
  delays = hasty.delays
  return createAgUiAgent({ url, environment: hasty.environment, logger: log.logger })
}

describe('the AG-UI agent keeps the contract', () => {
  for (const c of agentBackendContract) it(c.name, () => c.run(() => ({ backend, input: ask('Hello') })))
})

describe('a run', () => {
  it('is told the conversation, the agent and who asks, without the email', async () => {
    await recordRun(backend, ask('Hello', { type: 'liaison', pillar: 'content' }))
    const { path, headers, body } = await endpoint.exchange(1)
    expect(path).toBe('/agent')
    expect(headers.accept).toBe('text/event-stream')
    expect(body).toEqual({
      threadId: 'conversation-1',
      runId: 'run-0000001',
      protocolVersion: '1.0',
      state: {},
      messages: [{ id: 'run-0000001', role: 'user', content: 'Hello' }],
      tools: [],
      context: [],
      forwardedProps: { symphainy: { agent: { type: 'liaison', pillar: 'content' }, user: { id: 'user-1', name: 'Ada' } } },
    })
  })

  it('passes events on unchanged, RUN_STARTED left out and the end under our ids', async () => {
    answer = async ({ response }) => {
      await writeInPieces(beginStream(response), WHOLE, 11)
      response.end()
    }
    const { events, message } = await recordRun(backend, ask('Hello'))
    expect(events).toEqual([...TEXT, { ...FINISHED, threadId: 'conversation-1', runId: 'run-0000001' }])
    expect(message).toMatchObject({ status: 'finished', text: 'Grüße, Ada' })
  })

  it('passes the agent’s own error on', async () => {
    answer = ({ response }) => void beginStream(response).end(sse(STARTED, { type: 'RUN_ERROR', message: 'No.', code: 'theirs' }))
    expect((await recordRun(backend, ask('Hello'))).message).toMatchObject({ status: 'failed', error: { code: 'theirs', message: 'No.' } })
  })

  it('[RS5] ends with the terminal event, whatever follows', async () => {
    answer = ({ response }) => void beginStream(response).write(WHOLE + sse(...TEXT, FINISHED))
    await recordRun(backend, ask('Hello'))
    await (
      await endpoint.exchange(1)
    ).closed
  })

  it('leaves out events of types that it does not know, and says so in the log', async () => {
    answer = ({ response }) => void beginStream(response).end(sse(STARTED, { type: 'FROM_THE_FUTURE', x: 1 }, ...TEXT, FINISHED))
    expect((await recordRun(backend, ask('Hello'))).message.status).toBe('finished')
    expect(lines.join()).toContain('FROM_THE_FUTURE')
  })
})

describe('failures', () => {
  it.each([
    ['no terminal event', sse(STARTED, ...TEXT)],
    ['no event at all', ''],
    ['invalid JSON', 'data: {"type":\n\n'],
    ['an event without what its type needs', sse(STARTED, { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm1' })],
    ['a text that is a number', sse(STARTED, { type: 'TEXT_MESSAGE_CHUNK', messageId: 'm1', delta: 5 })],
    ['[FR4] a forbidden key', 'data: {"type":"CUSTOM","name":"x","value":{"__proto__":{"a":1}}}\n\n'],
    ['[FR4] deep nesting', `data: {"type":"CUSTOM","name":"x","value":${'['.repeat(40)}${']'.repeat(40)}}\n\n`],
  ])('[U12] %s is a failure', async (_, stream) => {
    answer = ({ response }) => void beginStream(response).end(stream)
    expect((await recordRun(backend, ask('Hello'))).message).toMatchObject({ status: 'failed', error: { code: 'agent_failed' } })
    expect(lines.at(-1)).toMatch(/^error /)
  })

  it('[FR2] an event that is too large ends the run as such', async () => {
    answer = ({ response }) => void beginStream(response).write(`data: {"type":"RAW","event":"${'x'.repeat(300_000)}`)
    expect((await recordRun(backend, ask('Hello'))).message.error?.code).toBe('event_too_large')
  })

  it.each([
    [401, 'agent_misconfigured'],
    [404, 'agent_unreachable'],
    [500, 'agent_unreachable'],
  ])('status %i is not asked again, since a run is not idempotent', async (status, code) => {
    answer = ({ response }) => void response.writeHead(status).end()
    expect((await recordRun(backend, ask('Hello'))).message.error?.code).toBe(code)
    expect(endpoint.exchanges).toHaveLength(1)
    if (status < 500) expect(lines.join()).toContain('AGUI_AGENT_URL')
  })

  it('status 503 is asked again after the time told: nothing has begun', async () => {
    answer = ({ response }, n) => void (n === 1 ? response.writeHead(503, { 'retry-after': '2' }).end() : beginStream(response).end(WHOLE))
    expect((await recordRun(backend, ask('Hello'))).message.status).toBe('finished')
    expect(delays).toEqual([2000])
  })

  it('a host that nobody serves is unreachable, and the log names AGUI_AGENT_URL', async () => {
    const gone = await createFakeEndpoint(() => undefined)
    await gone.close()
    expect((await recordRun(agentAt(gone.url), ask('Hello'))).message.error?.code).toBe('agent_unreachable')
    expect(lines.at(-1)).toMatch(/^error .*AGUI_AGENT_URL/)
  })
})

it('[U11] Stop closes the request', async () => {
  answer = ({ response }) => void beginStream(response).write(sse(STARTED, ...TEXT.slice(0, 2)))
  const controller = new AbortController()
  const events: string[] = []
  for await (const event of backend.run(ask('Hello'), { signal: controller.signal })) {
    events.push(event.type)
    if (event.type === 'TEXT_MESSAGE_CONTENT') controller.abort()
  }
  await (
    await endpoint.exchange(1)
  ).closed
  expect(events).toEqual(['TEXT_MESSAGE_START', 'TEXT_MESSAGE_CONTENT'])
  expect(lines).toEqual([])
})
