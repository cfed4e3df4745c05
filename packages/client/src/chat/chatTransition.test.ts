import {
  GUIDE,
  newRunMessage,
  USER_LOG,
  type AgentMessage,
  type AgUiEvent,
  type ClientFrame,
  type ConversationRecord,
  type LogMessage,
  type PlatformFrame,
  type UserMessage,
} from '@symphainy/protocol'
import { describe, expect, it } from 'vitest'
import { emptyChat, type ChatEffect, type ChatEvent, type ChatState } from './chatState.js'
import { chatTransition } from './chatTransition.js'
import { createChatView } from './chatView.js'

const TALK = 'talk-0001'
const LIMITS = { frameBytes: 1e6, messageUnits: 1e5, messageBytes: 1e6, messagesPerSecond: 5, messageBurst: 10, subscriptions: 32 }
const DAY_MS = 24 * 60 * 60 * 1000

const ready = (id = 'ada'): PlatformFrame => ({
  type: 'ready',
  connection: 'c',
  fence: 1,
  session: { id: 's', user: { id, name: id, email: `${id}@example.com` }, expiresInMs: 1 },
  heartbeatMs: { visible: 1, hidden: 1 },
  reconnectWindowMs: 1,
  limits: LIMITS,
})
const asked = (id: string, text = id): UserMessage => ({ role: 'user', id, text, agent: GUIDE, createdAt: 1 })
const answer = (id: string, rest: Partial<AgentMessage> = {}): AgentMessage => ({ ...newRunMessage(id, 1), status: 'finished', text: `to ${id}`, ...rest })
const record = (id: string, rest: Partial<ConversationRecord> = {}): ConversationRecord => ({
  role: 'conversation',
  id,
  title: id,
  createdAt: 1,
  updatedAt: 1,
  ...rest,
})
const entry = (offset: number, message: LogMessage, conversation = TALK): PlatformFrame => ({ type: 'entry', conversation, epoch: 'e1', offset, message })
const event = (offset: number, run: string, fields: object): PlatformFrame => ({
  type: 'event',
  conversation: TALK,
  epoch: 'e1',
  offset,
  run,
  event: fields as AgUiEvent,
})
const snapshot = (offset: number, messages: LogMessage[], rest: object = {}, conversation = TALK): PlatformFrame => ({
  type: 'snapshot',
  conversation,
  epoch: 'e1',
  offset,
  messages,
  ...rest,
})
const live = (offset: number): PlatformFrame => ({ type: 'live', conversation: TALK, epoch: 'e1', offset })
const ack = (id: string, offset: number): PlatformFrame => ({ type: 'ack', id, conversation: TALK, epoch: 'e1', offset })

/** A chat that remembers what it did. */
function chat(): {
  state: () => ChatState
  view: () => ReturnType<ReturnType<typeof createChatView>>
  on: (event: ChatEvent) => ChatEffect[]
  get: (...frames: PlatformFrame[]) => ClientFrame[]
  type: (id: string, retryOf?: string) => ClientFrame[]
} {
  let state = emptyChat('fresh-000')
  const view = createChatView()
  const on = (happened: ChatEvent): ChatEffect[] => {
    state = chatTransition(state, happened)
    return state.effects
  }
  const sentIn = (effects: ChatEffect[]): ClientFrame[] => effects.filter((effect) => effect.type !== 'hold')
  return {
    state: () => state,
    view: () => view(state),
    on,
    get: (...frames) => frames.flatMap((frame) => sentIn(on({ type: 'frame', frame, wallNow: 5 }))),
    type: (id, retryOf) => sentIn(on({ type: 'typed', id, text: id, agent: state.agent, wallNow: 5, ...(retryOf === undefined ? {} : { retryOf }) })),
  }
}

/** Signed in, connected, with a conversation open that the platform knows. */
function connected(): ReturnType<typeof chat> {
  const one = chat()
  one.on({ type: 'user', user: 'ada', keepsOutbox: false, freshId: 'fresh-001' })
  one.on({ type: 'opened', id: TALK, phase: 'known' })
  one.get(ready())
  return one
}

const texts = (one: ReturnType<typeof chat>): string[] => one.view().conversation.messages.map(({ role, text }) => `${role}: ${text}`)

describe('logs', () => {
  it('[RS1] subscribes again from what it has after a gap, once, and goes on when the rest came', () => {
    const one = connected()
    one.get(snapshot(1, [asked('first-01')]), live(1))
    expect(one.get(entry(3, asked('third-01')))).toEqual([{ type: 'subscribe', conversation: TALK, after: { epoch: 'e1', offset: 1 } }])
    expect(one.get(entry(4, asked('fourth-1')))).toEqual([])
    one.get(entry(2, asked('second-1')), entry(3, asked('third-01')), live(3))
    expect(texts(one)).toEqual(['user: first-01', 'user: second-1', 'user: third-01'])
  })
  it('[RS1] asks again when `live` is ahead of what came', () => {
    const one = connected()
    expect(one.get(snapshot(1, [asked('first-01')]), live(2))).toEqual([{ type: 'subscribe', conversation: TALK, after: { epoch: 'e1', offset: 1 } }])
  })
  it('[RS2] a snapshot of an older moment that comes late does not rewind', () => {
    const one = connected()
    one.get(snapshot(1, [asked('first-01')]), live(1), entry(2, asked('second-1')), snapshot(1, [asked('first-01')]))
    expect(texts(one)).toEqual(['user: first-01', 'user: second-1'])
  })
  it('[RS2] a snapshot of another epoch replaces everything; of the same epoch it keeps the history before it and what did not change', () => {
    const one = connected()
    one.get(snapshot(3, [asked('first-01'), answer('first-01'), asked('second-1')]), live(3))
    const [first, , second] = one.view().conversation.messages
    one.on({ type: 'lost' })
    one.get(ready(), snapshot(6, [asked('second-1'), answer('second-1')]))
    expect(texts(one)).toEqual(['user: first-01', 'assistant: to first-01', 'user: second-1', 'assistant: to second-1'])
    expect(one.view().conversation.messages[0]).toBe(first)
    expect(one.view().conversation.messages[2]).toBe(second)
    one.on({ type: 'lost' })
    one.get(ready(), { ...(snapshot(1, [asked('other-01')]) as Extract<PlatformFrame, { type: 'snapshot' }>), epoch: 'e2' })
    expect(texts(one)).toEqual(['user: other-01'])
  })
  it('[U10] a run in a snapshot goes on where its events go on: the same text, once', () => {
    const one = connected()
    const started = { type: 'RUN_STARTED', timestamp: 3 } as AgUiEvent
    const said = (delta: string): object => ({ type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta })
    one.get(
      snapshot(3, [asked('first-01')], { run: { run: 'first-01', events: [started, said('to be ')] } }),
      live(3),
      event(3, 'first-01', said('to be ')),
      event(4, 'first-01', said('or not')),
    )
    expect(texts(one)).toEqual(['user: first-01', 'assistant: to be or not'])
    expect(one.view().conversation.activeRun).toBe('first-01')
  })
  it('[RS7] a conversation that is not there is `missing`, and nothing more is asked', () => {
    const one = connected()
    expect(one.get({ type: 'error', code: 'not_found', message: '', re: { type: 'subscribe', conversation: TALK } })).toEqual([])
    expect(one.view().conversation.state).toBe('missing')
  })
  it('[RS7] a conversation deleted elsewhere leaves the list and the page', () => {
    const one = connected()
    one.get(snapshot(1, [record(TALK)], {}, USER_LOG), snapshot(1, [asked('first-01')]))
    one.get(entry(2, record(TALK, { deleted: true }), USER_LOG))
    expect(one.view().conversations).toEqual([])
    expect(one.view().conversation).toMatchObject({ state: 'missing', messages: [] })
  })
  it('a refused subscribe is asked again after a while', () => {
    const one = connected()
    const effects = one.on({
      type: 'frame',
      frame: { type: 'error', code: 'unavailable', message: '', re: { type: 'subscribe', conversation: USER_LOG } },
      wallNow: 0,
    })
    expect(effects).toEqual([{ type: 'hold', conversation: USER_LOG, delayMs: 2000 }])
    expect(one.view().conversationsState).toBe('failed')
    expect(one.on({ type: 'released', conversation: USER_LOG })).toEqual([{ type: 'subscribe', conversation: USER_LOG }])
  })
})

describe('the outbox', () => {
  it('[RS3] after a lost connection the same ids are sent again, in order, and not before `ready`', () => {
    const one = connected()
    expect(one.type('mine-001')).toMatchObject([{ type: 'message', id: 'mine-001' }])
    one.type('mine-002')
    one.on({ type: 'lost' })
    expect(one.view().conversation.messages).toMatchObject([{ delivery: { state: 'waiting' } }, { delivery: { state: 'waiting' } }])
    expect(one.type('mine-003')).toEqual([])
    expect(one.get(ready()).filter(({ type }) => type === 'message')).toMatchObject([{ id: 'mine-001' }])
    expect(one.get(ack('mine-001', 1))).toMatchObject([{ id: 'mine-002' }])
  })
  it('[RS3] [S7] nothing is sent on a connection of another user', () => {
    const one = chat()
    one.on({ type: 'user', user: 'ada', keepsOutbox: false, freshId: 'fresh-001' })
    one.type('mine-001')
    expect(one.get(ready('eve'))).toEqual([])
    expect(one.get(snapshot(1, [record('eves-talk')], {}, USER_LOG))).toEqual([])
    expect(one.view().conversations).toEqual([])
  })
  it('[TB5] [RS3] expiry keeps the messages for the same user and shows nobody anything; sign-out and another user delete them', () => {
    const expired = connected()
    expired.on({ type: 'lost' })
    expired.type('mine-001')
    expired.on({ type: 'user', user: null, keepsOutbox: true, freshId: 'fresh-002' })
    expect(expired.view()).toMatchObject({ conversation: { messages: [] }, unsent: 0 })
    expired.on({ type: 'user', user: 'ada', keepsOutbox: false, freshId: 'fresh-003' })
    expect(expired.view()).toMatchObject({ conversation: { id: TALK, messages: [{ id: 'mine-001' }] }, unsent: 1 })
    for (const [user, next] of [
      ['eve', null],
      [null, 'ada'],
    ] as const) {
      const one = connected()
      one.get(snapshot(1, [asked('first-01')]))
      one.type('mine-001')
      one.on({ type: 'user', user, keepsOutbox: false, freshId: 'fresh-002' })
      expect(one.view()).toMatchObject({ conversation: { id: 'fresh-002', messages: [] }, conversations: [], unsent: 0 })
      one.on({ type: 'user', user: next, keepsOutbox: false, freshId: 'fresh-003' })
      expect(one.state().outbox).toEqual([])
    }
  })
  it('[RS11] [L19] a retryable refusal holds those behind it, and keeps the order', () => {
    const one = connected()
    one.type('mine-001')
    one.type('mine-002')
    const effects = one.on({ type: 'frame', frame: { type: 'nack', id: 'mine-001', code: 'rate_limited', message: '', retryAfterMs: 700 }, wallNow: 0 })
    expect(effects).toEqual([{ type: 'hold', conversation: TALK, delayMs: 700 }])
    expect(one.type('mine-003')).toEqual([])
    expect(one.on({ type: 'released', conversation: TALK })).toMatchObject([{ type: 'message', id: 'mine-001' }])
  })
  it('[L19] [E1] a refusal for good is shown, and those behind it go on', () => {
    const one = connected()
    one.type('mine-001')
    one.type('mine-002')
    expect(one.get({ type: 'nack', id: 'mine-001', code: 'quota_exceeded', message: '' })).toMatchObject([{ id: 'mine-002' }])
    expect(one.view().conversation.messages[0]).toMatchObject({ delivery: { state: 'failed', canRetry: true, error: { code: 'quota_exceeded' } } })
    one.get(ack('mine-002', 1))
    expect(one.on({ type: 'resent', id: 'mine-001', wallNow: 0 })).toMatchObject([{ type: 'message', id: 'mine-001' }])
  })
  it('[RS11] what a snapshot shows is done; what is acked shows as sent until the log has it', () => {
    const one = connected()
    one.type('mine-001')
    one.get(snapshot(1, [asked('mine-001')]))
    expect(one.state().outbox).toEqual([])
    one.type('mine-002')
    one.get(ack('mine-002', 2))
    expect(one.view()).toMatchObject({ unsent: 0, conversation: { messages: [{ id: 'mine-001' }, { id: 'mine-002', delivery: { state: 'sent' } }] } })
    one.get(entry(2, asked('mine-002')))
    expect(one.view().conversation.messages).toHaveLength(2)
    one.type('mine-003')
    one.get(ack('mine-003', 3))
    one.on({ type: 'opened', id: 'other-01', phase: 'known' })
    expect(one.state().outbox).toEqual([])
  })
  it('[FR2] a close with 1009 marks the message in flight as too long and goes on', () => {
    const one = connected()
    one.type('mine-001')
    one.type('mine-002')
    one.on({ type: 'lost', closeCode: 1009 })
    expect(one.view().conversation.messages[0]).toMatchObject({ delivery: { state: 'failed', canRetry: false, error: { code: 'too_long' } } })
    expect(one.get(ready()).filter(({ type }) => type === 'message')).toMatchObject([{ id: 'mine-002' }])
  })
  it('[RS3] after 24 hours a message is failed and not sent by itself', () => {
    const one = connected()
    one.on({ type: 'lost' })
    one.type('mine-001')
    expect(chatTransition(one.state(), { type: 'frame', frame: ready(), wallNow: DAY_MS + 6 }).outbox).toMatchObject([
      { delivery: { state: 'failed', error: { code: 'timeout' } } },
    ])
  })
})

describe('runs', () => {
  const running = (): ReturnType<typeof chat> => {
    const one = connected()
    one.get(snapshot(1, [asked('first-01')]), live(1), event(2, 'first-01', { type: 'RUN_STARTED', timestamp: 2 }))
    return one
  }

  it('[RS5] [U11] stop cancels, again after each `live`, until the run has ended', () => {
    const one = running()
    const cancel = { type: 'cancel', run: 'first-01' }
    expect(one.on({ type: 'stopped', run: 'first-01' })).toEqual([cancel])
    one.on({ type: 'lost' })
    expect(one.get(ready())).not.toContainEqual(cancel)
    expect(one.get(live(2))).toEqual([cancel])
    one.get(event(3, 'first-01', { type: 'RUN_FINISHED', outcome: { type: 'cancelled' } }))
    expect(one.view().conversation.messages[1]).toMatchObject({ status: 'cancelled' })
    expect(one.get(live(3))).toEqual([])
  })
  it('[RS5] a stop is carried through for a conversation that is no longer open', () => {
    const one = running()
    one.on({ type: 'stopped', run: 'first-01' })
    expect(one.on({ type: 'opened', id: 'fresh-002', phase: 'new' })).toEqual([])
    one.on({ type: 'lost' })
    expect(one.get(ready())).toContainEqual({ type: 'subscribe', conversation: TALK, after: { epoch: 'e1', offset: 2 } })
    expect(one.get(live(2))).toContainEqual({ type: 'cancel', run: 'first-01' })
    expect(one.get(event(3, 'first-01', { type: 'RUN_ERROR', code: 'interrupted', message: '' }))).toContainEqual({ type: 'unsubscribe', conversation: TALK })
  })
  it('[U12] a stream that is cut is running, never finished', () => {
    const one = running()
    one.get(event(3, 'first-01', { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: 'half a' }))
    one.on({ type: 'lost' })
    expect(one.view().conversation.messages[1]).toMatchObject({ status: 'running', text: 'half a' })
  })
  it('[RS5] a retry takes the place of the answer it repeats; refused, the answer says why', () => {
    const one = running()
    one.get(event(3, 'first-01', { type: 'RUN_ERROR', code: 'interrupted', message: '' }))
    expect(one.type('again-01', 'first-01')).toMatchObject([{ type: 'message', id: 'again-01', retryOf: 'first-01' }])
    expect(one.view().conversation).toMatchObject({ activeRun: 'again-01', messages: [{ role: 'user' }, { id: 'again-01', status: 'running' }] })
    one.get({ type: 'nack', id: 'again-01', code: 'quota_exceeded', message: '' })
    expect(one.view().conversation).toMatchObject({ activeRun: null, messages: [{ role: 'user' }, { id: 'first-01', error: { code: 'quota_exceeded' } }] })
    one.on({ type: 'resent', id: 'again-01', wallNow: 0 })
    one.get(ack('again-01', 4), event(4, 'again-01', { type: 'RUN_STARTED', parentRunId: 'first-01', timestamp: 4 }))
    expect(one.view().conversation.messages).toMatchObject([{ role: 'user' }, { id: 'again-01', retryOf: 'first-01' }])
    expect(one.state().outbox).toEqual([])
  })
})

describe('agents and conversations', () => {
  it('[L7] switching the agent sends nothing, and the message carries the new agent and the new conversation', () => {
    const one = connected()
    one.get(snapshot(1, [asked('first-01')]))
    const liaison = { type: 'liaison', pillar: 'content' } as const
    expect(one.on({ type: 'agentChosen', agent: liaison })).toEqual([])
    expect(one.view().conversation.id).toBe(TALK)
    one.on({ type: 'agentChosen', agent: GUIDE })
    one.on({ type: 'agentChosen', agent: liaison, freshId: 'fresh-002' })
    expect(one.type('mine-001')).toEqual([{ type: 'message', id: 'mine-001', conversation: 'fresh-002', agent: liaison, text: 'mine-001' }])
  })
  it('who opens a conversation goes on with the agent it was with', () => {
    const one = connected()
    one.get(snapshot(1, [{ ...asked('first-01'), agent: { type: 'liaison', pillar: 'insights' } }]))
    expect(one.view().agent).toEqual({ type: 'liaison', pillar: 'insights' })
  })
  it('opens a conversation again from what it has, and lets the other one go', () => {
    const one = connected()
    one.get(snapshot(1, [asked('first-01')]), live(1))
    expect(one.on({ type: 'opened', id: 'other-01', phase: 'known' })).toMatchObject([
      { type: 'unsubscribe', conversation: TALK },
      { type: 'subscribe', conversation: 'other-01' },
    ])
    expect(one.on({ type: 'opened', id: TALK, phase: 'known' })).toContainEqual({ type: 'subscribe', conversation: TALK, after: { epoch: 'e1', offset: 1 } })
    expect(texts(one)).toEqual(['user: first-01'])
  })
  it('remembers a bounded number of conversations', () => {
    const one = connected()
    for (let n = 0; n < 40; n += 1) one.on({ type: 'opened', id: `other-${n}`, phase: 'known' })
    expect(one.state().logs.size).toBeLessThanOrEqual(11)
  })
  it('pages of history go before what is there, without what is known, answers behind their questions', () => {
    const one = connected()
    one.get(snapshot(9, [answer('third-01'), asked('fourth-1')], { more: true }))
    expect(one.view().conversation.hasMore).toBe(true)
    one.on({ type: 'olderAsked', conversation: TALK })
    one.on({
      type: 'olderCame',
      conversation: TALK,
      messages: [asked('fifth-01'), asked('fourth-1'), answer('third-01'), asked('third-01'), asked('second-1')],
      next: 'x',
    })
    expect(texts(one)).toEqual(['user: second-1', 'user: third-01', 'assistant: to third-01', 'user: fourth-1'])
    one.on({ type: 'olderAsked', conversation: TALK })
    one.on({ type: 'olderCame', conversation: TALK, messages: [asked('first-01')], next: null })
    expect(texts(one)[0]).toBe('user: first-01')
    expect(one.view().conversation.hasMore).toBe(false)
  })
  it('what did not change keeps its identity', () => {
    const one = connected()
    one.get(snapshot(1, [record(TALK)], {}, USER_LOG), snapshot(1, [asked('first-01')]), live(1), event(2, 'first-01', { type: 'RUN_STARTED', timestamp: 2 }))
    const before = one.view()
    one.get(event(2, 'first-01', { type: 'RUN_STARTED', timestamp: 2 }))
    expect(one.view()).toBe(before)
    one.get(event(3, 'first-01', { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: 'a' }))
    expect(one.view().conversations).toBe(before.conversations)
    expect(one.view().conversation.messages[0]).toBe(before.conversation.messages[0])
    expect(one.view().conversation.messages[1]).not.toBe(before.conversation.messages[1])
  })
})
