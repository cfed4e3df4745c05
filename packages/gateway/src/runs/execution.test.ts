import { verifyEvents } from '@ag-ui/client'
import fc from 'fast-check'
import { foldEvent, isTerminal, newRunMessage, type AgentMessage, type AgUiEvent } from '@symphainy/protocol'
import { createVirtualClock } from '@symphainy/testing'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { defaultEnvironment } from '../environment.js'
import { GatewayError } from '../gatewayError.js'
import { runStarted } from '../log/runFacts.js'
import { createMemoryEventLog } from '../memory/eventLog.js'
import type { AgentBackend } from '../ports/agentBackend.js'
import { executeRun, type EndCause, type ExecutionOptions } from './execution.js'

const RUN = 'run-00001'
const TALK = 'talk-0001'
const answeredBy = { kind: 'search', label: 'Test' } as const
const event = (fields: Record<string, unknown>): AgUiEvent => fields as unknown as AgUiEvent
const start = (messageId = 'm'): AgUiEvent => event({ type: 'TEXT_MESSAGE_START', messageId, role: 'assistant' })
const delta = (text: string, messageId = 'm'): AgUiEvent => event({ type: 'TEXT_MESSAGE_CONTENT', messageId, delta: text })
const end = (messageId = 'm'): AgUiEvent => event({ type: 'TEXT_MESSAGE_END', messageId })
const finish = (): AgUiEvent => event({ type: 'RUN_FINISHED', threadId: 'theirs', runId: 'theirs' })

interface Outcome {
  events: AgUiEvent[]
  appends: AgUiEvent[][]
  message: AgentMessage
}

const backendOf = (run: AgentBackend['run']): AgentBackend => ({ describe: () => answeredBy, run })
const yielding = (...events: unknown[]): AgentBackend =>
  backendOf(async function* () {
    for (const item of events) yield item as AgUiEvent
  })

/** Executes into a real log, as the gateway does. */
async function execute(backend: AgentBackend, over: Partial<ExecutionOptions> = {}): Promise<Outcome> {
  const log = createMemoryEventLog()
  const key = { userId: 'user-1', conversation: TALK }
  const submitted = await log.submit({ key, id: RUN, text: 'hi', agent: { type: 'guide' }, now: 1, answeredBy })
  const appends: AgUiEvent[][] = []
  await executeRun({
    backend,
    input: {
      run: RUN,
      conversation: TALK,
      user: { id: 'user-1', name: 'Ada' },
      agent: { type: 'guide' },
      messages: submitted.status === 'appended' ? (submitted.started?.messages ?? []) : [],
    },
    signal: new AbortController().signal,
    async append(events) {
      appends.push([...events])
      return (await log.appendRunEvents({ key, run: RUN, events, now: 2 })).ended
    },
    timeMs: 60_000,
    outputUnits: 200_000,
    environment: defaultEnvironment(),
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    ...over,
  })
  const read = await log.read(key, { epoch: (await log.snapshot(key))?.epoch ?? '', offset: 1 }, 100_000)
  const events = read.status === 'entries' ? read.entries.flatMap((entry) => ('event' in entry ? [entry.event] : [])) : []
  return { events, appends, message: events.reduce(foldEvent, newRunMessage(RUN, 0)) }
}

/** [AG] By AG-UI's own verifier; and exactly one end. */
function verify(events: readonly AgUiEvent[]): void {
  expect(events.filter(isTerminal)).toHaveLength(1)
  let failure: unknown
  verifyEvents()(from(events as never[])).subscribe({ error: (error: unknown) => (failure = error) })
  expect(failure).toBeUndefined()
}

describe('executeRun', () => {
  it('[RS5] passes a good run on and keeps its order; threadId and runId are ours', async () => {
    const { events, message } = await execute(
      yielding(
        runStarted({ run: 'theirs', conversation: 'theirs', agent: { type: 'guide' }, answeredBy, now: 0 }),
        start(),
        delta('Hello '),
        delta('world'),
        end(),
        finish(),
      ),
    )
    verify(events)
    expect(message).toMatchObject({ status: 'finished', text: 'Hello world' })
    expect(events.filter(({ type }) => type === 'RUN_STARTED')).toHaveLength(1)
    expect(events.at(-1)).toMatchObject({ threadId: TALK, runId: RUN })
  })

  it('[U12] a stream cut short is a failure, never a success', async () => {
    const { events, message } = await execute(yielding(start(), delta('half')))
    verify(events)
    expect(message).toMatchObject({ status: 'failed', text: 'half', error: { code: 'agent_failed' } })
  })

  it('[RS5] a thrown GatewayError keeps its code; anything else is agent_failed and tells nothing', async () => {
    const throwing = (error: unknown): AgentBackend =>
      backendOf(async function* () {
        yield start()
        throw error
      })
    expect((await execute(throwing(new GatewayError('agent_unreachable')))).message.error?.code).toBe('agent_unreachable')
    const { events, message } = await execute(throwing(new Error('the key is sk-secret')))
    verify(events)
    expect(message.error?.code).toBe('agent_failed')
    expect(JSON.stringify(events)).not.toContain('sk-secret')
  })

  it('[RS5] a backend that throws before it yields is a failure too', async () => {
    const { message } = await execute(
      backendOf(() => {
        throw new GatewayError('agent_misconfigured')
      }),
    )
    expect(message.error?.code).toBe('agent_misconfigured')
  })

  it('[RS5] what a backend yields after its end is dropped', async () => {
    const { events, message } = await execute(yielding(start(), delta('a'), end(), finish(), delta('late'), finish()))
    verify(events)
    expect(message.text).toBe('a')
  })

  it('[RS5] what was left open is closed before the end', async () => {
    const { events } = await execute(
      yielding(
        event({ type: 'STEP_STARTED', stepName: 'search' }),
        event({ type: 'REASONING_START', messageId: 'r' }),
        event({ type: 'REASONING_MESSAGE_START', messageId: 'r', role: 'reasoning' }),
        event({ type: 'TOOL_CALL_START', toolCallId: 't', toolCallName: 'x' }),
        start(),
        delta('a'),
        finish(),
      ),
    )
    verify(events)
    expect(events.at(-1)?.type).toBe('RUN_FINISHED')
  })

  it.each([
    ['no object', 'rubbish', 'agent_failed'],
    ['null', null, 'agent_failed'],
    ['without a type', {}, 'agent_failed'],
    ['that is no JSON', { type: 'CUSTOM', name: 'x', value: 10n }, 'agent_failed'],
    ['that reaches into prototypes', JSON.parse('{"type":"CUSTOM","name":"x","value":{"__proto__":{"a":1}}}'), 'agent_failed'],
    ['over 256 KiB', event({ type: 'CUSTOM', name: 'x', value: 'x'.repeat(262_144) }), 'event_too_large'],
  ])('[FR2] an event %s ends the run, in words', async (_, bad, code) => {
    const { events, message } = await execute(yielding(start(), delta('a'), bad, delta('b'), end(), finish()))
    verify(events)
    expect(message).toMatchObject({ status: 'failed', text: 'a', error: { code } })
  })

  it('[FR2] too much text ends the run', async () => {
    const { events, message } = await execute(yielding(start(), delta('x'.repeat(60)), delta('y'.repeat(60)), finish()), { outputUnits: 100 })
    verify(events)
    expect(message).toMatchObject({ status: 'failed', text: 'x'.repeat(60), error: { code: 'output_exceeded' } })
  })

  it('[FR2] too much of anything else ends it too', async () => {
    const bulk = Array.from({ length: 100 }, () => event({ type: 'CUSTOM', name: 'x', value: 'x'.repeat(1_000) }))
    expect((await execute(yielding(...bulk, finish()), { outputUnits: 1_000 })).message.error?.code).toBe('output_exceeded')
  })

  it('[RS5] too long a run is ended, and the backend told, also one that does not listen', async () => {
    const clock = createVirtualClock()
    let signal: AbortSignal | undefined
    const deaf = backendOf(async function* (_, options) {
      signal = options.signal
      yield start()
      await new Promise(() => undefined)
    })
    const outcome = execute(deaf, { environment: { ...defaultEnvironment(), ...clock }, timeMs: 1_000 })
    await clock.advance(999)
    expect(signal?.aborted).toBe(false)
    await clock.advance(1)
    const { events, message } = await outcome
    verify(events)
    expect(message.error?.code).toBe('time_exceeded')
    expect(signal?.aborted).toBe(true)
  })

  it.each(['cancelled', 'interrupted'] as const)('[RS5] [U11] %s from outside ends the run once and reaches the backend', async (cause) => {
    const controller = new AbortController()
    let stopped = false
    const backend = backendOf(async function* (_, { signal }) {
      yield start()
      yield delta('half')
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      stopped = true
      yield finish()
    })
    const outcome = execute(backend, { signal: controller.signal })
    await new Promise((resolve) => setImmediate(resolve))
    controller.abort(cause satisfies EndCause)
    const { events, message } = await outcome
    verify(events)
    expect(stopped).toBe(true)
    expect(message).toMatchObject(cause === 'cancelled' ? { status: 'cancelled', text: 'half' } : { status: 'failed', error: { code: 'interrupted' } })
  })

  it('[RS5] cancelled before it began: the backend is never asked', async () => {
    let asked = false
    const backend = backendOf(async function* () {
      asked = true
      yield finish()
    })
    const { events, message } = await execute(backend, { signal: AbortSignal.abort('cancelled') })
    verify(events)
    expect(asked).toBe(false)
    expect(message.status).toBe('cancelled')
  })

  it('[RS6] the first delta goes at once; those within 16 ms after it go as one', async () => {
    const clock = createVirtualClock()
    const words = ['one ', 'two ', 'three ', 'four ']
    const appended: { at: number; text: string }[] = []
    const backend = backendOf(async function* () {
      yield start()
      for (const word of words) {
        yield delta(word)
        await new Promise<void>((resolve) => clock.setTimer(resolve, 4))
      }
      yield end()
      yield finish()
    })
    const outcome = executeRun({
      backend,
      input: { run: RUN, conversation: TALK, user: { id: 'u', name: '' }, agent: { type: 'guide' }, messages: [] },
      signal: new AbortController().signal,
      async append(events) {
        const text = events.flatMap((item) => (item.type === 'TEXT_MESSAGE_CONTENT' ? [item.delta] : []))
        if (text.length > 0) appended.push({ at: clock.now() - 1_700_000_000_000, text: text.join('|') })
        return events.some(isTerminal)
      },
      timeMs: 60_000,
      outputUnits: 1_000,
      environment: { ...defaultEnvironment(), ...clock },
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    })
    await clock.advance(200)
    await outcome
    expect(appended).toEqual([
      { at: 0, text: 'one ' },
      { at: 16, text: 'two three four ' },
    ])
  })

  it('[FR2] [RS6] deltas are never joined beyond what one event may hold', async () => {
    const words = Array.from({ length: 30 }, (_, index) => delta(String(index % 10).repeat(30_000)))
    const { appends, message } = await execute(yielding(start(), ...words, end(), finish()), { outputUnits: 1_000_000 })
    expect(message.text).toHaveLength(900_000)
    for (const item of appends.flat()) expect(JSON.stringify(item).length).toBeLessThanOrEqual(262_144)
    expect(appends.flat().length).toBeLessThan(15)
  })

  it('[RS4] a log that is away is waited for, and nothing is lost, doubled or reordered', async () => {
    const clock = createVirtualClock()
    const written: AgUiEvent[] = []
    let failures = 5
    const outcome = executeRun({
      backend: yielding(start(), delta('a'), delta('b'), end(), finish()),
      input: { run: RUN, conversation: TALK, user: { id: 'u', name: '' }, agent: { type: 'guide' }, messages: [] },
      signal: new AbortController().signal,
      async append(events) {
        if ((failures -= 1) > 0) throw new GatewayError('unavailable')
        written.push(...events)
        return events.some(isTerminal)
      },
      timeMs: 60_000,
      outputUnits: 1_000,
      environment: { ...defaultEnvironment(), ...clock },
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    })
    await clock.advance(30_000)
    await outcome
    expect(written.reduce(foldEvent, newRunMessage(RUN, 0))).toMatchObject({ status: 'finished', text: 'ab' })
    expect(written.map(({ type }) => type)).toEqual(['TEXT_MESSAGE_START', 'TEXT_MESSAGE_CONTENT', 'TEXT_MESSAGE_END', 'RUN_FINISHED'])
  })

  it('[RS5] [S8] whatever a backend yields, AG-UI’s own verifier takes what is written', async () => {
    const id = fc.constantFrom('a', 'b')
    const owner = fc.option(fc.constantFrom('s1', 's2'), { nil: undefined })
    const any = fc.record(
      {
        type: fc.constantFrom(
          ...[
            'TEXT_MESSAGE_START',
            'TEXT_MESSAGE_CONTENT',
            'TEXT_MESSAGE_END',
            'TOOL_CALL_START',
            'TOOL_CALL_ARGS',
            'TOOL_CALL_END',
            'TOOL_CALL_RESULT',
            'REASONING_START',
            'REASONING_END',
          ],
          ...[
            'REASONING_MESSAGE_START',
            'REASONING_MESSAGE_CONTENT',
            'REASONING_MESSAGE_END',
            'STEP_STARTED',
            'STEP_FINISHED',
            'SUBAGENT_STARTED',
            'SUBAGENT_FINISHED',
            'SUBAGENT_ERROR',
            'CUSTOM',
            'RUN_STARTED',
            'ACTIVITY_SNAPSHOT',
            'ACTIVITY_DELTA',
            'REASONING_ENCRYPTED_VALUE',
            'MESSAGES_SNAPSHOT',
          ],
        ),
        messageId: id,
        entityId: id,
        subtype: fc.constantFrom('message', 'tool-call'),
        replace: fc.boolean(),
        toolCallId: id,
        stepName: id,
        toolCallName: id,
        name: id,
        message: id,
        delta: fc.string(),
        subagentRunId: owner,
        parentSubagentRunId: owner,
      },
      { requiredKeys: ['type', 'messageId', 'toolCallId', 'stepName', 'entityId', 'subtype', 'replace'] },
    )
    const last = fc.constantFrom(finish(), event({ type: 'RUN_ERROR', message: 'no' }), undefined)
    await fc.assert(
      fc.asyncProperty(fc.array(any, { maxLength: 25 }), last, async (events, terminal) => {
        const { events: written } = await execute(yielding(...events, ...(terminal === undefined ? [] : [terminal])), {
          environment: { ...defaultEnvironment(), now: () => Number.MAX_SAFE_INTEGER },
        })
        verify(written)
      }),
      { numRuns: 400 },
    )
  })
})
