import { createClient, defaultEnvironment, type Environment, type SymphainyClient, type WebSocketLike } from '@symphainy/client'
import { chatOf, type ChatStore } from '@symphainy/client/chat'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createTestPlatform, type TestPlatform } from './createTestPlatform.js'
import { createScriptedAgent, type ScriptedAgent } from './scriptedAgent.js'

const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A signed-in client with a chat, over real sockets, and an agent in the test's hands. */
async function world({ connects = true } = {}): Promise<{
  agent: ScriptedAgent
  platform: TestPlatform
  client: SymphainyClient
  chat: ChatStore
  shown: () => string[]
}> {
  const agent = createScriptedAgent()
  const platform = await createTestPlatform({ gateway: { agents: agent } })
  const session = await platform.signIn('Ada')
  const environment: Environment = {
    ...defaultEnvironment(),
    origin: platform.origin,
    cookies: () => '',
    storage: { get: () => null, set: () => undefined, remove: () => undefined },
    page: { isVisible: () => true, isOnline: () => true, onChange: () => () => undefined },
    openSocket: (url, protocols) => new WebSocket(url, protocols, { origin: platform.origin }) as unknown as WebSocketLike,
  }
  const client = createClient({ environment, token: () => session.credential })
  client.start()
  if (connects) client.connection.retain()
  closing.push(async () => {
    client.dispose()
    await platform.close()
  })
  await vi.waitFor(() => expect(client.auth.getSnapshot().state).toBe('authenticated'))
  if (connects) await vi.waitFor(() => expect(client.connection.getSnapshot().state).toBe('ready'))
  const chat = chatOf(client)
  const shown = (): string[] =>
    chat
      .getSnapshot()
      .conversation.messages.map((message) => `${message.role} ${message.role === 'assistant' ? message.status : message.delivery.state}: ${message.text}`)
  return { agent, platform, client, chat, shown }
}

describe('the client and the gateway, over real sockets', () => {
  it('[L21] [U10] an answer in flight goes on where it was on the next connection: the same words, once', async () => {
    const { agent, chat, client, shown } = await world()
    const run = await agent.started(chat.sendMessage('hello').id ?? '')
    run.write('to be ')
    await vi.waitFor(() => expect(shown()).toEqual(['user sent: hello', 'assistant running: to be ']))
    client.connection.reconnect()
    run.write('or not')
    run.finish()
    await vi.waitFor(() => expect(shown()).toEqual(['user sent: hello', 'assistant finished: to be or not']))
    expect(chat.getSnapshot()).toMatchObject({ unsent: 0, conversations: [{ title: 'hello' }] })
  })
  it('[U11] [RS5] Stop reaches the agent and shows as cancelled; a retry asks no second question', async () => {
    const { agent, chat, shown } = await world()
    const { id } = chat.sendMessage('hello')
    const run = await agent.started(id ?? '')
    run.write('half')
    await vi.waitFor(() => expect(shown().at(-1)).toBe('assistant running: half'))
    chat.stop()
    await vi.waitFor(() => expect(shown().at(-1)).toBe('assistant cancelled: half'))
    expect(run.signal.aborted).toBe(true)
    chat.retryRun(id ?? '')
    await vi.waitFor(() => expect(agent.runs).toHaveLength(2))
    agent.runs[1]?.write('whole')
    agent.runs[1]?.finish()
    await vi.waitFor(() => expect(shown()).toEqual(['user sent: hello', 'assistant finished: whole']))
  })
  it('[RS3] [RS11] what was typed before there was a connection arrives once, in order', async () => {
    const { chat, client, platform } = await world({ connects: false })
    for (const text of ['one', 'two', 'three']) expect(chat.sendMessage(text).result).toBe('queued')
    client.connection.retain()
    await vi.waitFor(() => expect(chat.getSnapshot().unsent).toBe(0))
    const snapshot = await platform.stores.log.snapshot({ userId: 'user-ada', conversation: chat.getSnapshot().conversation.id })
    expect(snapshot?.messages.flatMap((message) => (message.role === 'user' ? [message.text] : []))).toEqual(['one', 'two', 'three'])
  })
  it('[RS7] a conversation that nobody made is missing', async () => {
    const { chat } = await world()
    chat.openConversation('nowhere-00')
    await vi.waitFor(() => expect(chat.getSnapshot().conversation.state).toBe('missing'))
  })
})
