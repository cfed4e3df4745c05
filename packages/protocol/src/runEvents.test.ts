import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AgUiEvent } from './frames.js'
import { foldEvent, HANDOVER_EVENT, isTerminal, mergeDeltas, newRunMessage, SOURCES_EVENT } from './runEvents.js'

const ev = (value: object): AgUiEvent => value as AgUiEvent
const started = ev({
  type: 'RUN_STARTED',
  threadId: 't',
  runId: 'r',
  timestamp: 5,
  metadata: { symphainy: { agent: { type: 'liaison', pillar: 'content' }, answeredBy: { kind: 'search', label: 'Search' } } },
})
const text = (delta: string, messageId = 'm1'): AgUiEvent => ev({ type: 'TEXT_MESSAGE_CONTENT', messageId, delta })
const finished = ev({ type: 'RUN_FINISHED', threadId: 't', runId: 'r' })
const fold = (events: readonly AgUiEvent[]): ReturnType<typeof newRunMessage> => events.reduce(foldEvent, newRunMessage('r', 0))

describe('foldEvent', () => {
  it('[FR6] gives the text, who answered, the sources and the handover of a run', () => {
    const sources = [{ n: 1, title: 'Limits', href: '/knowledge/limits#a' }]
    const handover = { pillar: 'content', reason: 'It is about content.' }
    const message = fold([
      started,
      ev({ type: 'TEXT_MESSAGE_START', messageId: 'm1', role: 'assistant' }),
      text('Hel'),
      text('lo'),
      ev({ type: 'CUSTOM', name: SOURCES_EVENT, value: sources }),
      ev({ type: 'CUSTOM', name: HANDOVER_EVENT, value: handover }),
      finished,
    ])
    expect(message).toEqual({
      role: 'assistant',
      id: 'r',
      status: 'finished',
      text: 'Hello',
      agent: { type: 'liaison', pillar: 'content' },
      answeredBy: { kind: 'search', label: 'Search' },
      sources,
      handover,
      createdAt: 5,
    })
  })

  it('shows several messages of one run as paragraphs', () => {
    const start = (messageId: string): AgUiEvent => ev({ type: 'TEXT_MESSAGE_START', messageId, role: 'assistant' })
    expect(fold([started, start('a'), text('One', 'a'), start('b'), text('Two', 'b')]).text).toBe('One\n\nTwo')
  })

  it('[RS5] tells finished, cancelled and failed apart, and without a terminal event it is none of them', () => {
    expect(fold([started, text('x')]).status).toBe('running')
    expect(fold([started, finished]).status).toBe('finished')
    expect(fold([started, ev({ type: 'RUN_FINISHED', threadId: 't', runId: 'r', outcome: { type: 'cancelled' } })]).status).toBe('cancelled')
    expect(fold([started, ev({ type: 'RUN_ERROR', message: 'Died', code: 'interrupted' })])).toMatchObject({
      status: 'failed',
      error: { code: 'interrupted', message: 'Died' },
    })
  })

  it('[S8] changes nothing after the terminal event', () => {
    const done = fold([started, text('x'), finished])
    for (const late of [text('late'), ev({ type: 'RUN_ERROR', message: 'late' }), started]) expect(foldEvent(done, late)).toBe(done)
  })

  it('lets no source through whose link is no page', () => {
    const hrefs = ['javascript:alert(1)', 'data:text/html,x', '//evil.example', 'vbscript:x', ' /knowledge/x', 'https://ok.example/a', '/knowledge/ok']
    const value = hrefs.map((href, index) => ({ n: index + 1, title: 't', href }))
    expect(fold([started, ev({ type: 'CUSTOM', name: SOURCES_EVENT, value: [...value, null, 7, {}] })]).sources?.map((source) => source.href)).toEqual([
      'https://ok.example/a',
      '/knowledge/ok',
    ])
  })

  it('shows what the agent is busy with, and no longer when it is done', () => {
    const busy = fold([started, ev({ type: 'TOOL_CALL_START', toolCallId: 'c', toolCallName: 'search' })])
    expect(busy.activity).toBe('search')
    expect(foldEvent(busy, ev({ type: 'TOOL_CALL_END', toolCallId: 'c' }))).not.toHaveProperty('activity')
    expect(foldEvent(busy, finished)).not.toHaveProperty('activity')
  })
})

const anyEvent = fc.oneof(
  fc.tuple(fc.string(), fc.constantFrom('a', 'b')).map(([delta, id]) => text(delta, id)),
  fc.constantFrom('a', 'b').map((id) => ev({ type: 'TEXT_MESSAGE_START', messageId: id, role: 'assistant' })),
  fc.string().map((delta) => ev({ type: 'TOOL_CALL_ARGS', toolCallId: 'c', delta })),
  fc.string().map((delta) => ev({ type: 'REASONING_MESSAGE_CONTENT', messageId: 'a', delta })),
  fc.constant(ev({ type: 'STEP_STARTED', stepName: 's' })),
  fc.constant(finished),
)

describe('mergeDeltas', () => {
  it('[RS6] folding the merged events gives what folding the events gives, in any order of them', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        expect(fold(mergeDeltas(events))).toEqual(fold(events))
      }),
    )
  })

  it('[RS6] loses no character and joins neighbours only', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const merged = mergeDeltas(events)
        const all = (list: readonly AgUiEvent[], type: string): string =>
          list.map((event) => (event.type === type && 'delta' in event ? String(event.delta) : '')).join('')
        for (const type of ['TEXT_MESSAGE_CONTENT', 'TOOL_CALL_ARGS', 'REASONING_MESSAGE_CONTENT']) expect(all(merged, type)).toBe(all(events, type))
        expect(mergeDeltas(merged)).toEqual(merged)
      }),
    )
    expect(mergeDeltas([text('a'), text('b'), text('c', 'm2'), text('d')])).toEqual([text('ab'), text('c', 'm2'), text('d')])
  })

  it('[S8] knows the two terminal events', () => {
    expect([finished, ev({ type: 'RUN_ERROR', message: '' })].every(isTerminal)).toBe(true)
    expect([started, text('x')].some(isTerminal)).toBe(false)
  })
})
