import assert from 'node:assert/strict'
import type { AgentBackend, AgentInput } from '@symphainy/gateway'
import { EVENT_BYTES, GUIDE, PILLARS, foldEvent, isSafe, newRunMessage, type AgentAddress, type AgUiEvent } from '@symphainy/protocol'
import { contract, type ContractCase } from './contract.js'

/** A backend, and what it needs to answer once. */
export interface BackendSubject {
  backend: AgentBackend
  /** An input that it can answer with text. */
  input: AgentInput
}

const AGENTS: readonly AgentAddress[] = [GUIDE, ...PILLARS.map((pillar): AgentAddress => ({ type: 'liaison', pillar }))]

async function collect({ backend, input }: BackendSubject): Promise<AgUiEvent[]> {
  const events: AgUiEvent[] = []
  for await (const event of backend.run(input, { signal: new AbortController().signal })) events.push(event)
  return events
}

/** The order that AG-UI asks for, as far as a reader of a run can see it: what is open, and what may follow. */
function checkOrder(events: readonly AgUiEvent[]): void {
  const open = new Set<string>()
  const toggle = (opens: boolean, name: string): void => {
    assert.equal(open.has(name), !opens, `${opens ? 'opened twice' : 'closed without being open'}: ${name}`)
    if (opens) open.add(name)
    else open.delete(name)
  }
  let ended = false
  for (const event of events) {
    assert.ok(!ended, `${event.type} after the run's end`)
    if (event.type === 'TEXT_MESSAGE_START') toggle(true, `text ${event.messageId}`)
    else if (event.type === 'TEXT_MESSAGE_END') toggle(false, `text ${event.messageId}`)
    else if (event.type === 'TEXT_MESSAGE_CONTENT') assert.ok(open.has(`text ${event.messageId}`), 'text outside a message')
    else if (event.type === 'TOOL_CALL_START') toggle(true, `tool ${event.toolCallId}`)
    else if (event.type === 'TOOL_CALL_END') toggle(false, `tool ${event.toolCallId}`)
    else if (event.type === 'STEP_STARTED') toggle(true, `step ${event.stepName}`)
    else if (event.type === 'STEP_FINISHED') toggle(false, `step ${event.stepName}`)
    else if (event.type === 'RUN_FINISHED' || event.type === 'RUN_ERROR') ended = true
    if (event.type === 'RUN_FINISHED') assert.deepEqual([...open], [], 'open at the end')
  }
}

/** What every AgentBackend must do. */
export const agentBackendContract: readonly ContractCase<BackendSubject>[] = contract<BackendSubject>({
  '[AG] says what stands behind each agent': async ({ backend }) => {
    for (const agent of AGENTS) {
      const { kind, label } = backend.describe(agent)
      assert.ok(['search', 'model', 'remote'].includes(kind))
      assert.notEqual(label.trim(), '')
    }
  },
  '[RS5] answers with text and ends with one terminal event, in the order of AG-UI': async (subject) => {
    const events = await collect(subject)
    checkOrder(events)
    const started = events.filter(({ type }) => type !== 'RUN_STARTED')
    assert.equal(started.filter(({ type }) => type === 'RUN_FINISHED' || type === 'RUN_ERROR').length, 1)
    const folded = started.reduce(foldEvent, newRunMessage(subject.input.run, 0))
    assert.equal(folded.status, 'finished', folded.error?.message)
    assert.notEqual(folded.text.trim(), '')
  },
  '[FR2] [FR4] yields plain events within the limits of a frame': async (subject) => {
    for (const event of await collect(subject)) {
      assert.ok(isSafe(event))
      assert.ok(Buffer.byteLength(JSON.stringify(event)) <= EVENT_BYTES)
      assert.deepEqual(JSON.parse(JSON.stringify(event)), event, 'survives JSON unchanged')
    }
  },
  '[RS5] answers each of several runs at once for itself': async (subject) => {
    const runs = ['contract-run-1', 'contract-run-2', 'contract-run-3']
    for (const events of await Promise.all(runs.map((run) => collect({ ...subject, input: { ...subject.input, run } })))) checkOrder(events)
  },
  '[U11] ends soon when its signal aborts, without an unhandled error': async ({ backend, input }) => {
    const controller = new AbortController()
    const iterator = backend.run(input, { signal: controller.signal })[Symbol.asyncIterator]()
    await iterator.next()
    controller.abort()
    await drain(iterator)
  },
  '[U11] does nothing when its signal was aborted before': async ({ backend, input }) => {
    await drain(backend.run(input, { signal: AbortSignal.abort() })[Symbol.asyncIterator]())
  },
})

/** Reads to the end; an aborted backend may end by throwing. */
async function drain(iterator: AsyncIterator<AgUiEvent>): Promise<void> {
  let done = false
  for (let count = 0; !done; count += 1) {
    assert.ok(count < 1_000, 'went on after the abort')
    done = await iterator.next().then(
      (step) => step.done === true,
      (error: unknown) => {
        assert.ok(error instanceof Error)
        return true
      },
    )
  }
}
