import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { agentBackendContract } from '@symphainy/testing'
import { ERROR_TEXTS, type AgUiEvent } from '@symphainy/protocol'
import type { AgentBackend } from '@symphainy/gateway'
import { beginStream, createFakeEndpoint, writeInPieces, type Exchange, type FakeEndpoint } from '../fakes/fakeEndpoint.js'
import { ask, hastyEnvironment, recordingLogger, recordRun } from '../fakes/recordedRun.js'
import { loadKnowledge } from '../search/knowledge.js'
import { createOpenAiAgent } from './openAiAgent.js'

const KEY = 'sk-canary-0123456789'
const folder = mkdtempSync(join(tmpdir(), 'knowledge-'))
writeFileSync(join(folder, 'ports.md'), '# Ports\n\n## Change the port\n\nSet `PORT` to another number.\n')
const knowledge = loadKnowledge(folder)

const chunk = (text: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: text }, finish_reason: finish }] })}\n\n`
const WHOLE = `${chunk('Hello ')}${chunk('wörld 😀')}${chunk('', 'stop')}data: [DONE]\n\n`
const refuse = ({ response }: Exchange, status: number, body: unknown, headers: Record<string, string> = {}): void =>
  void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
const answerWhole = ({ response }: Exchange): void => void beginStream(response).end(WHOLE)

let endpoint: FakeEndpoint
let answer: (exchange: Exchange, n: number) => void | Promise<void>
let lines: string[]
let delays: number[]
let backend: AgentBackend

beforeEach(async () => {
  answer = answerWhole
  endpoint = await createFakeEndpoint((exchange, n) => answer(exchange, n))
  backend = agentAt(`${endpoint.url}/v1`)
})
afterEach(() => endpoint.close())

function agentAt(baseUrl: string): AgentBackend {
  const log = recordingLogger()
  const hasty = hastyEnvironment()
  lines = log.lines
  delays = hasty.delays
  return createOpenAiAgent({ baseUrl, apiKey: KEY, model: 'test-model', knowledge, environment: hasty.environment, logger: log.logger })
}

describe('the OpenAI-compatible agent keeps the contract', () => {
  for (const c of agentBackendContract) it(c.name, () => c.run(() => ({ backend, input: ask('Change the port') })))
})

describe('a question to the model', () => {
  it('goes out with the key, the history and the knowledge that fits', async () => {
    const before = [
      { role: 'user', id: 'earlier-1', text: 'Hi', agent: { type: 'guide' }, createdAt: 0 },
      { role: 'assistant', id: 'earlier-1', text: 'Hello', agent: { type: 'guide' }, createdAt: 0, status: 'finished' },
    ] as const
    await recordRun(backend, ask('How do I change the port?', { type: 'liaison', pillar: 'operations' }, before))
    const { headers, path, body } = await endpoint.exchange(1)
    expect(path).toBe('/v1/chat/completions')
    expect(headers.authorization).toBe(`Bearer ${KEY}`)
    const { messages, ...rest } = body as { messages: { role: string; content: string }[] }
    expect(rest).toEqual({ model: 'test-model', stream: true, stream_options: { include_usage: true } })
    expect(messages.slice(1)).toEqual([
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello' },
      { role: 'user', content: 'How do I change the port?' },
    ])
    expect(messages[0]?.role).toBe('system')
    expect(messages[0]?.content).toContain('Operations specialist')
    expect(messages[0]?.content).toContain('Set `PORT` to another number.')
    expect(JSON.stringify(body)).not.toContain('Ada')
  })

  it('streams the answer, however its bytes are cut, with its sources and the usage', async () => {
    const usage = `data: ${JSON.stringify({ model: 'test-model-1', choices: [], usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 } })}\r\n\r\n`
    answer = async ({ response }) => {
      await writeInPieces(beginStream(response), `: hello\r\n\r\n${WHOLE.replace('data: [DONE]\n\n', usage)}data: [DONE]\n\n`, 7)
      response.end()
    }
    const { events, message } = await recordRun(backend, ask('change port'))
    expect(message).toMatchObject({ status: 'finished', text: 'Hello wörld 😀', sources: [{ n: 1, href: '/knowledge/ports#change-the-port' }] })
    expect(events.at(-1)).toMatchObject({ type: 'RUN_FINISHED', usage: [{ model: 'test-model-1', inputTokens: 12, outputTokens: 3, totalTokens: 15 }] })
  })

  it('is finished by [DONE] alone, too', async () => {
    answer = ({ response }) => void beginStream(response).end(`${chunk('Yes.')}data: [DONE]\n\n`)
    expect((await recordRun(backend, ask('change port'))).message).toMatchObject({ status: 'finished', text: 'Yes.' })
  })
})

describe('failures before the first word', () => {
  it('are tried again: 500, then success', async () => {
    answer = (exchange, n) => (n === 1 ? refuse(exchange, 500, {}) : answerWhole(exchange))
    expect((await recordRun(backend, ask('change port'))).message.status).toBe('finished')
    expect(delays).toEqual([250])
    expect(lines).toEqual([expect.stringMatching(/^warn .*endpoint failed/)])
  })

  it('wait as long as Retry-After says', async () => {
    answer = (exchange, n) => (n === 1 ? refuse(exchange, 429, {}, { 'retry-after': '7' }) : answerWhole(exchange))
    expect((await recordRun(backend, ask('change port'))).message.status).toBe('finished')
    expect(delays).toEqual([7000])
  })

  it('ask without the usage when the endpoint does not know how to be asked for it', async () => {
    answer = (exchange) =>
      'stream_options' in (exchange.body as object)
        ? refuse(exchange, 422, { detail: 'Extra inputs are not permitted: stream_options' })
        : answerWhole(exchange)
    expect((await recordRun(backend, ask('change port'))).message.status).toBe('finished')
    expect((await recordRun(backend, ask('change port'))).message.status).toBe('finished')
    expect(endpoint.exchanges).toHaveLength(3)
  })

  it('end after four attempts with growing pauses', async () => {
    answer = (exchange) => refuse(exchange, 503, {})
    const { message } = await recordRun(backend, ask('change port'))
    expect(message).toMatchObject({ status: 'failed', text: '', error: { code: 'agent_unreachable', message: ERROR_TEXTS.agent_unreachable } })
    expect(delays).toEqual([250, 500, 1000])
    expect(endpoint.exchanges).toHaveLength(4)
  })

  it('are tried again when the connection breaks before the first word', async () => {
    answer = (exchange, n) => {
      if (n > 1) return answerWhole(exchange)
      beginStream(exchange.response).write(': wait\n\n')
      exchange.response.destroy()
    }
    expect((await recordRun(backend, ask('change port'))).message.text).toBe('Hello wörld 😀')
    expect(endpoint.exchanges).toHaveLength(2)
  })

  it.each([
    ['a refused key', 401, { error: { message: `Incorrect API key provided: ${KEY}` } }, 'agent_misconfigured', 'OPENAI_API_KEY'],
    ['a key without the right', 403, {}, 'agent_misconfigured', 'OPENAI_API_KEY'],
    ['an unknown model', 404, { error: { code: 'model_not_found', message: 'The model does not exist' } }, 'agent_misconfigured', 'OPENAI_MODEL'],
    ['an address without an endpoint', 404, {}, 'agent_unreachable', 'OPENAI_BASE_URL'],
    ['an account without credit', 429, { error: { code: 'insufficient_quota' } }, 'agent_misconfigured', 'OPENAI_API_KEY'],
  ])('[L12] %s (%i) ends at once, names the setting in the log and shows no key', async (_, status, body, code, setting) => {
    answer = (exchange) => refuse(exchange, status, body)
    const { events, message } = await recordRun(backend, ask('change port'))
    expect(message).toMatchObject({ status: 'failed', error: { code } })
    expect(endpoint.exchanges).toHaveLength(1)
    expect(lines.join()).toContain(setting)
    expect(message.error?.message).not.toContain(setting)
    expect(`${lines.join()}${JSON.stringify(events)}`).not.toContain('canary')
  })

  it('a host that nobody serves is unreachable, and the log names OPENAI_BASE_URL', async () => {
    const gone = await createFakeEndpoint(() => undefined)
    await gone.close()
    const { message } = await recordRun(agentAt(gone.url), ask('change port'))
    expect(message.error?.code).toBe('agent_unreachable')
    expect(lines.at(-1)).toMatch(/^error .*OPENAI_BASE_URL/)
    expect(delays).toHaveLength(3)
  })

  it('a web page instead of a stream is the wrong address', async () => {
    answer = ({ response }) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>')
    expect((await recordRun(backend, ask('change port'))).message.error?.code).toBe('agent_unreachable')
    expect(lines.join()).toContain('OPENAI_BASE_URL')
  })

  it.each([
    ['an empty answer', `${chunk('', 'stop')}data: [DONE]\n\n`],
    ['an error inside the stream', 'data: {"error":{"message":"overloaded"}}\n\n'],
    ['what is no JSON', 'data: <html>\n\n'],
  ])('%s is a failure', async (_, stream) => {
    answer = ({ response }) => void beginStream(response).end(stream)
    expect((await recordRun(backend, ask('change port'))).message).toMatchObject({ status: 'failed', error: { code: 'agent_failed' } })
  })
})

describe('failures after the first word', () => {
  it.each([
    ['ends', ({ response }: Exchange) => void beginStream(response).end(chunk('Half'))],
    ['is reset', ({ response }: Exchange) => void beginStream(response).write(chunk('Half'), () => setImmediate(() => response.destroy()))],
    ['is cut inside an event', ({ response }: Exchange) => void beginStream(response).end(`${chunk('Half')}data: {"choices":[{"finish_reason":"st`)],
  ])('[U12] a stream that %s is never a success, and is not tried again', async (_, cut) => {
    answer = cut
    const { message } = await recordRun(backend, ask('change port'))
    expect(message).toMatchObject({ status: 'failed', text: 'Half', error: { code: 'agent_failed' } })
    expect(endpoint.exchanges).toHaveLength(1)
    expect(delays).toEqual([])
  })

  it('an answer at the model’s own limit says that it was ended', async () => {
    answer = ({ response }) => void beginStream(response).end(`${chunk('Half')}${chunk('', 'length')}data: [DONE]\n\n`)
    expect((await recordRun(backend, ask('change port'))).message).toMatchObject({ status: 'failed', text: 'Half', error: { code: 'output_exceeded' } })
  })
})

describe('[U11] Stop', () => {
  it('reaches the endpoint while it thinks', async () => {
    answer = () => undefined
    const controller = new AbortController()
    const run = collect(controller.signal)
    const { closed } = await endpoint.exchange(1)
    controller.abort()
    await closed
    expect((await run).filter(({ type }) => type !== 'CUSTOM')).toEqual([])
    expect(lines).toEqual([])
  })

  it('reaches the endpoint while it writes', async () => {
    answer = ({ response }) => void beginStream(response).write(chunk('Once upon a time'))
    const controller = new AbortController()
    const run = collect(controller.signal, (event) => event.type === 'TEXT_MESSAGE_CONTENT' && controller.abort())
    await (
      await endpoint.exchange(1)
    ).closed
    expect((await run).some(({ type }) => type.startsWith('RUN_'))).toBe(false)
    expect(endpoint.exchanges).toHaveLength(1)
  })

  it('ends the request when the reader just leaves', async () => {
    answer = ({ response }) => void beginStream(response).write(chunk('Once upon a time'))
    for await (const event of backend.run(ask('hello'), { signal: new AbortController().signal })) if (event.type === 'TEXT_MESSAGE_CONTENT') break
    await (
      await endpoint.exchange(1)
    ).closed
  })

  async function collect(signal: AbortSignal, onEvent: (event: AgUiEvent) => unknown = () => undefined): Promise<AgUiEvent[]> {
    const events: AgUiEvent[] = []
    for await (const event of backend.run(ask('change port'), { signal })) {
      events.push(event)
      onEvent(event)
    }
    return events
  }
})
