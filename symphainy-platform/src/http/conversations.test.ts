import { USER_LOG, type AckFrame, type ConversationsResponse, type EventFrame, type MessagesResponse, type PlatformFrame } from '@symphainy/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestPlatform, type TestPlatform, type TestSocket, type Visitor } from '../fixtures/testPlatform.js'

let test: TestPlatform
beforeAll(async () => {
  test = await startTestPlatform()
})
afterAll(() => test.close())

const guide = { type: 'guide' } as const
const ack =
  (id: string) =>
  (frame: PlatformFrame): frame is AckFrame =>
    frame.type === 'ack' && frame.id === id
const ended =
  (run: string) =>
  (frame: PlatformFrame): frame is EventFrame =>
    frame.type === 'event' && frame.run === run && (frame.event.type === 'RUN_FINISHED' || frame.event.type === 'RUN_ERROR')

async function connected(visitor: Visitor): Promise<TestSocket> {
  const socket = await visitor.connect()
  await socket.ready()
  return socket
}

async function ask(socket: TestSocket, conversation: string, id: string, text: string): Promise<void> {
  socket.send({ type: 'message', id, conversation, agent: guide, text })
  await socket.frame(ack(id))
  await socket.frame(ended(id))
}

it('sign in, ask over the socket, and find the conversation over HTTP', async () => {
  const ada = test.visitor()
  await ada.register()
  const socket = await connected(ada)
  await ask(socket, 'conversation-1', 'message-1', 'How do I <b>connect</b>?')
  const { conversations } = (await ada.call('GET', '/api/conversations')).json<ConversationsResponse>()
  expect(conversations).toMatchObject([{ id: 'conversation-1', title: 'How do I <b>connect</b>?' }])
  const { messages, next } = (await ada.call('GET', '/api/conversations/conversation-1/messages')).json<MessagesResponse>()
  expect(messages).toMatchObject([
    { role: 'assistant', text: 'echo: How do I <b>connect</b>?', status: 'finished', answeredBy: { kind: 'search', label: 'Echo' } },
    { role: 'user', text: 'How do I <b>connect</b>?' },
  ])
  expect(next).toBeNull()
  expect((await ada.call('GET', '/api/conversations?search=CONNECT')).json<ConversationsResponse>().conversations).toHaveLength(1)
  expect((await ada.call('GET', '/api/conversations?search=nothing')).json<ConversationsResponse>().conversations).toEqual([])
  socket.close()
})

it('[RS7] a rename and a deletion over HTTP reach every reader; what runs is stopped', async () => {
  const ada = test.visitor()
  await ada.register()
  const socket = await connected(ada)
  socket.send({ type: 'subscribe', conversation: USER_LOG })
  await ask(socket, 'conversation-1', 'message-1', 'Hello')
  expect((await ada.call('PATCH', '/api/conversations/conversation-1', { title: '  A better\nname ' })).json()).toMatchObject({ title: 'A better name' })
  const record = (is: (message: { title?: string; deleted?: true }) => boolean) => (frame: PlatformFrame) =>
    frame.type === 'entry' && frame.conversation === USER_LOG && is(frame.message as { title?: string; deleted?: true })
  await socket.frame(record(({ title }) => title === 'A better name'))
  socket.send({ type: 'message', id: 'message-2', conversation: 'conversation-1', agent: guide, text: 'wait' })
  await socket.frame(ack('message-2'))
  expect((await ada.call('DELETE', '/api/conversations/conversation-1')).statusCode).toBe(204)
  await socket.frame(record(({ deleted }) => deleted === true))
  expect((await ada.call('GET', '/api/conversations/conversation-1/messages')).statusCode).toBe(404)
  expect((await ada.call('DELETE', '/api/conversations/conversation-1')).statusCode).toBe(404)
  socket.send({ type: 'message', id: 'message-3', conversation: 'conversation-1', agent: guide, text: 'late' })
  expect(await socket.frame((frame) => frame.type === 'nack' && frame.id === 'message-3')).toMatchObject({ code: 'gone' })
  socket.close()
})

it('[S7] [L15] nobody reads, renames or deletes another’s conversation', async () => {
  const [ada, mallory] = [test.visitor(), test.visitor()]
  await ada.register()
  await mallory.register()
  const socket = await connected(ada)
  await ask(socket, 'conversation-1', 'message-1', 'a secret thought')
  expect((await mallory.call('GET', '/api/conversations/conversation-1/messages')).statusCode).toBe(404)
  expect((await mallory.call('PATCH', '/api/conversations/conversation-1', { title: 'mine' })).statusCode).toBe(404)
  expect((await mallory.call('DELETE', '/api/conversations/conversation-1')).statusCode).toBe(404)
  expect((await mallory.call('GET', '/api/conversations?search=secret')).json()).toEqual({ conversations: [], next: null })
  expect((await mallory.call('GET', '/api/account/export')).body).not.toContain('secret')
  socket.close()
})

it('pages of history fit together', async () => {
  const ada = test.visitor()
  await ada.register()
  const socket = await connected(ada)
  for (let n = 0; n < 7; n++) await ask(socket, 'conversation-1', `message-${n}`, `question ${n}`)
  const seen: string[] = []
  let before = ''
  for (;;) {
    const { messages, next } = (await ada.call('GET', `/api/conversations/conversation-1/messages?limit=4${before}`)).json<MessagesResponse>()
    seen.push(...messages.map((message) => `${message.role} ${message.id}`))
    if (next === null) break
    before = `&before=${encodeURIComponent(next)}`
  }
  expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].flatMap((n) => [`assistant message-${n}`, `user message-${n}`]))
  socket.close()
})

it('the export holds all that is the person’s, and deleting the account leaves none of it', async () => {
  const ada = test.visitor()
  const { user } = await ada.register('Ada')
  const socket = await connected(ada)
  await ask(socket, 'conversation-1', 'message-1', 'remember me')
  socket.send({ type: 'message', id: 'message-2', conversation: 'conversation-2', agent: guide, text: 'wait' })
  await socket.frame(ack('message-2'))
  const other = await ada.elsewhere()
  const response = await ada.call('GET', '/api/account/export')
  expect(response.headers['content-disposition']).toContain('attachment')
  expect(response.json()).toMatchObject({
    user,
    devices: [{}, {}],
    conversations: [{ id: 'conversation-1', messages: [{ text: 'remember me' }, { text: 'echo: remember me' }] }, { id: 'conversation-2' }],
  })
  expect((await ada.call('DELETE', '/api/account')).statusCode).toBe(204)
  expect((await socket.closed).code).toBe(3000)
  expect(ada.cookies.size).toBe(0)
  expect((await other.call('GET', '/api/auth/session')).statusCode).toBe(401)
  expect((await ada.call('POST', '/api/auth/login', { email: ada.email, password: ada.password })).statusCode).toBe(401)
  const rows = await test.platform.database.read(async (trx) => {
    let count = 0
    for (const table of ['users', 'sessions', 'logs', 'entries', 'messages', 'runs', 'daily_runs'] as const)
      count += (
        await trx
          .selectFrom(table)
          .selectAll()
          .where(table === 'users' ? 'id' : ('user_id' as never), '=', user.id as never)
          .execute()
      ).length
    return count
  })
  expect(rows).toBe(0)
  expect((await ada.register()).user.id).not.toBe(user.id)
})

it('[L10] [SE2] a logout closes the socket, and says why', async () => {
  const ada = test.visitor()
  await ada.register()
  const socket = await connected(ada)
  await ada.call('POST', '/api/auth/logout')
  expect(await socket.closed).toEqual({ code: 3000, reason: 'signed_out' })
})

it('[AU7] [SE2] login while logged in closes the old socket as superseded', async () => {
  const ada = test.visitor()
  await ada.register()
  const socket = await connected(ada)
  await ada.login()
  expect(await socket.closed).toEqual({ code: 3000, reason: 'superseded' })
})

it('[CN1] [CN9] the validation brings a ticket, unless the session is served already', async () => {
  const ada = test.visitor()
  const { ticket } = await ada.register()
  const socket = await ada.connect(ticket ?? '')
  await socket.ready()
  expect((await ada.call('GET', '/api/auth/session', undefined, { 'sec-fetch-site': 'same-origin' })).json<{ ticket: string | null }>().ticket).toBeNull()
  const refused = await ada.call('POST', '/api/auth/ws-ticket', { ifIdle: true })
  expect([refused.statusCode, refused.json<{ error: { code: string } }>().error.code]).toEqual([409, 'in_use'])
  socket.close()
})

it('who answers is said before anybody asks', async () => {
  const ada = test.visitor()
  expect((await ada.call('GET', '/api/agents')).statusCode).toBe(401)
  await ada.register()
  const { agents } = (await ada.call('GET', '/api/agents')).json<{ agents: unknown[] }>()
  expect(agents).toHaveLength(5)
  expect(agents[0]).toEqual({ agent: guide, answeredBy: { kind: 'search', label: 'Echo' } })
})

it('[L12] no credential, ticket, password or text of a person is in the log', async () => {
  const canary = 'canary-in-a-coal-mine'
  const ada = test.visitor()
  const registered = await ada.register(canary)
  const secrets = [ada.password, registered.ticket ?? '', ...ada.cookies.values()].filter((value) => value.length > 5)
  const socket = await ada.connect(registered.ticket ?? '')
  await socket.ready()
  await ask(socket, 'conversation-1', 'message-1', canary)
  const app = test.visitor({ bearer: true })
  secrets.push((await app.register()).token ?? '')
  await app.call('GET', `/api/conversations?search=${canary}`)
  await ada.call('POST', '/api/auth/login', { email: ada.email, password: `${canary}-password` })
  await test.visitor({ origin: 'https://evil.example' }).call('POST', '/api/auth/login', { email: ada.email, password: canary })
  await ada.call('GET', `/api/nothing/${canary}`)
  socket.close()
  expect(secrets.length).toBeGreaterThan(3)
  for (const secret of [canary, ...secrets]) expect(test.logged()).not.toContain(secret)
  expect(test.logged()).toContain('"route":"/api/auth/register"')
})
