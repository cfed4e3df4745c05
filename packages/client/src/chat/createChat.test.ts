import { newRunMessage, SNAPSHOT_MESSAGES, USER_LOG, type AgUiEvent, type ClientFrame, type PlatformFrame, type UserMessage } from '@symphainy/protocol'
import { describe, expect, it } from 'vitest'
import type { AuthSnapshot } from '../auth/authApi.js'
import type { SymphainyClient } from '../clientApi.js'
import type { ConnectionSnapshot } from '../connection/connectionApi.js'
import { SymphainyError } from '../errors/symphainyError.js'
import { chatOf } from './chatOf.js'
import { createChat } from './createChat.js'

const LIMITS = { frameBytes: 1e6, messageUnits: 20, messageBytes: 100, messagesPerSecond: 5, messageBurst: 10, subscriptions: 32 }
const user = (id: string): AuthSnapshot => ({
  state: 'authenticated',
  user: { id, name: id, email: '' },
  session: { id: `s-${id}`, createdAt: 0, expiresInMs: 1 },
  sessionToken: 'token',
})

/** The parts that a chat stands on, in the hands of the test. */
function world(): {
  client: SymphainyClient
  sent: ClientFrame[]
  calls: string[]
  answers: unknown[]
  get: (frame: PlatformFrame) => void
  ready: (id?: string) => void
  lose: (code: number) => void
  become: (snapshot: AuthSnapshot) => void
  pass: (ms: number) => void
  isReady: { now: boolean }
} {
  let auth: AuthSnapshot = user('ada')
  let nowMs = 0
  let ids = 0
  let timers: { atMs: number; callback: () => void }[] = []
  const authListeners = new Set<() => void>()
  const frameListeners = new Set<(frame: PlatformFrame) => void>()
  const lossListeners = new Set<(loss: { code: number; reason: string }) => void>()
  const sent: ClientFrame[] = []
  const calls: string[] = []
  const answers: unknown[] = []
  const isReady = { now: false }
  const add = <T>(set: Set<T>, listener: T): (() => void) => {
    set.add(listener)
    return () => set.delete(listener)
  }
  const client = {
    auth: {
      getSnapshot: () => auth,
      subscribe: (listener: () => void) => add(authListeners, listener),
      request: async (method: string, path: string, body?: unknown) => {
        calls.push(`${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`)
        const answer = answers.shift()
        if (answer instanceof Error) throw answer
        return answer
      },
    },
    connection: {
      getSnapshot: () => ({ state: isReady.now ? 'ready' : 'waiting' }) as ConnectionSnapshot,
      onFrame: (listener: (frame: PlatformFrame) => void) => add(frameListeners, listener),
      onLost: (listener: (loss: { code: number; reason: string }) => void) => add(lossListeners, listener),
      send: (frame: ClientFrame) => {
        if (!isReady.now) return 'refused'
        sent.push(frame)
        return 'sent'
      },
    },
    environment: {
      randomId: () => `id-${String((ids += 1)).padStart(6, '0')}`,
      clock: {
        now: () => nowMs,
        wallNow: () => nowMs,
        setTimer: (callback: () => void, delayMs: number) => {
          const timer = { atMs: nowMs + delayMs, callback }
          timers.push(timer)
          return { cancel: () => (timers = timers.filter((other) => other !== timer)) }
        },
      },
    },
  } as unknown as SymphainyClient
  const get = (frame: PlatformFrame): void => frameListeners.forEach((listener) => listener(frame))
  return {
    client,
    sent,
    calls,
    answers,
    get,
    isReady,
    ready(id = 'ada') {
      isReady.now = true
      const session = { id: `s-${id}`, user: { id, name: id, email: '' }, expiresInMs: 1 }
      get({ type: 'ready', connection: 'c', fence: 1, session, heartbeatMs: { visible: 1, hidden: 1 }, reconnectWindowMs: 1, limits: LIMITS })
    },
    lose(code) {
      isReady.now = false
      lossListeners.forEach((listener) => listener({ code, reason: '' }))
    },
    become(snapshot) {
      auth = snapshot
      authListeners.forEach((listener) => listener())
    },
    pass(ms) {
      nowMs += ms
      const due = timers.filter((timer) => timer.atMs <= nowMs)
      timers = timers.filter((timer) => timer.atMs > nowMs)
      for (const timer of due) timer.callback()
    },
  }
}

const place = { conversation: 'talk-0001', epoch: 'e1' }
const word = (offset: number): PlatformFrame => ({
  type: 'event',
  ...place,
  offset,
  run: 'first-01',
  event: { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: 'x' } as AgUiEvent,
})
const said = (id: string): UserMessage => ({ role: 'user', id, text: id, agent: { type: 'guide' }, createdAt: 1 })

describe('chatOf', () => {
  it('gives one store a client', () => {
    const { client } = world()
    expect(chatOf(client)).toBe(chatOf(client))
    expect(chatOf(world().client)).not.toBe(chatOf(client))
  })
})

describe('createChat', () => {
  it("subscribes the user's log and the open conversation at `ready`, before what waits is sent", () => {
    const { client, ready, sent } = world()
    const chat = createChat(client)
    chat.openConversation('talk-0001')
    expect(chat.sendMessage('hello')).toMatchObject({ result: 'queued', error: null })
    ready()
    expect(sent).toMatchObject([
      { type: 'subscribe', conversation: USER_LOG },
      { type: 'subscribe', conversation: 'talk-0001' },
      { type: 'message', text: 'hello' },
    ])
    expect(chat.sendMessage('again').result).toBe('queued')
    chat.newConversation()
    expect(chat.sendMessage('elsewhere').result).toBe('sent')
  })
  it('joins a connection that was ready before the chat was loaded', () => {
    const { client, sent, isReady } = world()
    isReady.now = true
    createChat(client)
    expect(sent).toEqual([{ type: 'subscribe', conversation: USER_LOG }])
  })
  it('[FR2] refuses what is blank or too long, and shows nothing of it', () => {
    const { client, ready } = world()
    const chat = createChat(client)
    ready()
    expect(chat.sendMessage(' \n')).toMatchObject({ result: 'refused', id: null, error: { code: 'invalid' } })
    expect(chat.sendMessage('x'.repeat(21))).toMatchObject({ result: 'refused', error: { code: 'too_long' } })
    expect(chat.getSnapshot().conversation.messages).toEqual([])
  })
  it('tells of streamed words at most once a frame of the screen, the first at once, and of what a person does at once', () => {
    const { client, ready, get, pass } = world()
    const chat = createChat(client)
    chat.openConversation('talk-0001')
    ready()
    pass(100)
    pass(100)
    let told = 0
    chat.subscribe(() => (told += 1))
    get({ type: 'snapshot', ...place, offset: 1, messages: [said('first-01')], run: { run: 'first-01', events: [] } })
    expect(told).toBe(1)
    for (let offset = 2; offset < 100; offset += 1) get(word(offset))
    expect(told).toBe(1)
    expect(chat.getSnapshot().conversation.messages[1]?.text).toHaveLength(98)
    pass(16)
    expect(told).toBe(2)
    get(word(100))
    chat.switchAgent({ type: 'liaison', pillar: 'content' })
    expect(told).toBe(3)
    pass(100)
    expect(told).toBe(3)
  })
  it('a send that finds the connection gone waits for the next one, with the same id', () => {
    const { client, ready, isReady, sent } = world()
    const chat = createChat(client)
    ready()
    isReady.now = false
    const { id, result } = chat.sendMessage('hello')
    expect(result).toBe('queued')
    ready()
    expect(sent.filter(({ type }) => type === 'message')).toMatchObject([{ id }])
  })
  it('[TB5] another user sees nothing of the one before, in any notification', () => {
    const { client, ready, get, become, lose } = world()
    const chat = createChat(client)
    chat.openConversation('talk-0001')
    ready()
    get({ type: 'snapshot', ...place, offset: 1, messages: [said('first-01')] })
    const seen: number[] = []
    chat.subscribe(() => seen.push(chat.getSnapshot().conversation.messages.length))
    // The connection hears of the new session before the chat does, and lets its socket go.
    const { getSnapshot } = client.auth
    client.auth.getSnapshot = () => user('eve')
    lose(1000)
    client.auth.getSnapshot = getSnapshot
    become(user('eve'))
    expect(seen.length).toBeGreaterThan(0)
    expect(Math.max(...seen)).toBe(0)
  })
  it('[RS3] a session that expires keeps what waits; signing out does not', () => {
    for (const [reason, waiting] of [
      ['expired', 1],
      ['signed_out', 0],
      ['revoked', 0],
    ] as const) {
      const { client, become } = world()
      const chat = createChat(client)
      chat.sendMessage('hello')
      expect(chat.getSnapshot().unsent).toBe(1)
      become({ state: 'anonymous', reason })
      expect(chat.getSnapshot()).toMatchObject({ unsent: 0, conversation: { messages: [] } })
      become(user('ada'))
      expect(chat.getSnapshot().unsent).toBe(waiting)
    }
  })
  it('stops the run that goes on, and retries one that failed without a second question', () => {
    const { client, ready, get, sent } = world()
    const chat = createChat(client)
    chat.openConversation('talk-0001')
    ready()
    get({ type: 'snapshot', ...place, offset: 2, messages: [said('first-01')], run: { run: 'first-01', events: [] } })
    chat.stop()
    expect(sent.at(-1)).toEqual({ type: 'cancel', run: 'first-01' })
    get({ type: 'event', ...place, offset: 3, run: 'first-01', event: { type: 'RUN_ERROR', code: 'interrupted', message: '' } as AgUiEvent })
    chat.retryRun('first-01')
    expect(sent.at(-1)).toMatchObject({ type: 'message', text: '', retryOf: 'first-01' })
    expect(chat.getSnapshot().conversation.messages).toMatchObject([{ role: 'user' }, { role: 'assistant', status: 'running' }])
  })
  it('[RS5] a retry that was refused is sent again with the same id, not doubled', () => {
    const { client, ready, get, sent } = world()
    const chat = createChat(client)
    chat.openConversation('talk-0001')
    ready()
    get({ type: 'snapshot', ...place, offset: 2, messages: [said('first-01'), { ...newRunMessage('first-01', 1), status: 'failed' }] })
    chat.retryRun('first-01')
    const retry = sent.at(-1)
    get({ type: 'nack', id: (retry as { id: string }).id, code: 'quota_exceeded', message: 'Used up.' })
    expect(chat.getSnapshot().conversation.messages[1]).toMatchObject({ id: 'first-01', error: { code: 'quota_exceeded', message: 'Used up.' } })
    chat.retryRun('first-01')
    expect(sent.at(-1)).toEqual(retry)
    expect(chat.getSnapshot().unsent).toBe(1)
  })
  it('[RS7] refuses to write to what was deleted, and says why', () => {
    const { client, ready, get } = world()
    const chat = createChat(client)
    chat.openConversation('talk-0001')
    ready()
    get({ type: 'error', code: 'not_found', message: '', re: { type: 'subscribe', conversation: 'talk-0001' } })
    expect(chat.sendMessage('hello')).toMatchObject({ result: 'refused', error: { code: 'gone', message: 'This conversation was deleted.' } })
  })
  it('goes on after a step that failed', () => {
    const { client, ready } = world()
    const chat = createChat(client)
    ready()
    const { send } = client.connection
    client.connection.send = () => {
      throw new Error('no')
    }
    expect(() => chat.sendMessage('hello')).toThrow('no')
    client.connection.send = send
    chat.newConversation()
    expect(chat.sendMessage('again').result).toBe('sent')
  })
  it('pages history until something new comes, and says when it cannot', async () => {
    const { client, ready, get, answers, calls } = world()
    const chat = createChat(client)
    chat.openConversation('talk-0001')
    ready()
    const known = Array.from({ length: SNAPSHOT_MESSAGES }, (_, index) => said(`known-${String(index).padStart(3, '0')}`))
    get({ type: 'snapshot', ...place, offset: 50, messages: known, more: true })
    answers.push(new SymphainyError('network'))
    await expect(chat.loadMore()).rejects.toMatchObject({ code: 'network' })
    expect(chat.getSnapshot().conversation).toMatchObject({ hasMore: true, loadingMore: false })
    answers.push({ messages: [...known].reverse(), next: 'c/1' }, { messages: [newRunMessage('older-01', 1), said('older-01')], next: null })
    const loading = chat.loadMore()
    expect(chat.getSnapshot().conversation.loadingMore).toBe(true)
    await loading
    expect(calls.slice(1)).toEqual(['GET /api/conversations/talk-0001/messages?limit=50', 'GET /api/conversations/talk-0001/messages?limit=50&before=c%2F1'])
    expect(chat.getSnapshot().conversation.messages.slice(0, 3)).toMatchObject([
      { role: 'user', id: 'older-01' },
      { role: 'assistant', id: 'older-01' },
      { id: 'known-000' },
    ])
    expect(chat.getSnapshot().conversation.hasMore).toBe(false)
  })
  it('renames, deletes and searches conversations', async () => {
    const { client, ready, get, answers, calls } = world()
    const chat = createChat(client)
    chat.openConversation('talk-0001')
    ready()
    get({
      type: 'snapshot',
      conversation: USER_LOG,
      epoch: 'e1',
      offset: 1,
      messages: [{ role: 'conversation', id: 'talk-0001', title: 'Old', createdAt: 1, updatedAt: 1 }],
    })
    expect(chat.getSnapshot()).toMatchObject({ conversationsState: 'ready', conversations: [{ title: 'Old' }] })
    await chat.renameConversation('talk-0001', 'New')
    expect(chat.getSnapshot().conversations).toMatchObject([{ title: 'New' }])
    answers.push({ conversations: [], next: null })
    expect(await chat.searchConversations('a b&c')).toEqual([])
    await chat.deleteConversation('talk-0001')
    expect(chat.getSnapshot()).toMatchObject({ conversations: [], conversation: { state: 'new' } })
    expect(calls).toEqual([
      'PATCH /api/conversations/talk-0001 {"title":"New"}',
      'GET /api/conversations?search=a%20b%26c&limit=50',
      'DELETE /api/conversations/talk-0001',
    ])
  })
})
