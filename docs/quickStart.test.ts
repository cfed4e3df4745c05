import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createClient, defaultEnvironment, type Environment, type SymphainyClient, type WebSocketLike } from '@symphainy/client'
import { chatOf } from '@symphainy/client/chat'
import { build, type Rollup } from 'vite'
import { WebSocket } from 'ws'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const page = read('quick-start.md')
const blocks = [...page.matchAll(/```(?:tsx|js)\n([^]*?)```/g)].map((match) => match[1])

let server: Server
let origin: string
const clients: SymphainyClient[] = []

beforeAll(async () => {
  process.env['PORT'] = '0'
  // A module of plain JavaScript, as a reader of the page has it.
  const path = './examples/server.mjs'
  ;({ server } = (await import(path)) as { server: Server })
  await vi.waitFor(() => expect(server.listening).toBe(true))
  origin = `http://localhost:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  for (const client of clients) client.dispose()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** A browser's part: cookies are kept, and the page's origin goes along. */
function browser(cookie: string): Environment {
  return {
    ...defaultEnvironment(),
    origin,
    cookies: () => (cookie === '' ? '' : 'symphainy_present=1'),
    storage: { get: () => null, set: () => undefined, remove: () => undefined },
    page: { isVisible: () => true, isOnline: () => true, onChange: () => () => undefined },
    fetch: (url, init) => fetch(url, { ...init, headers: { ...(init?.headers as Record<string, string>), cookie, origin } }),
    openSocket: (url, protocols) => new WebSocket(url, protocols, { origin }) as unknown as WebSocketLike,
  }
}

async function signIn(): Promise<string> {
  const response = await fetch(`${origin}/your-login`, { method: 'POST', headers: { origin }, body: JSON.stringify({ email: 'ada@example.com' }) })
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}

function start(cookie: string): SymphainyClient {
  const client = createClient({ environment: browser(cookie) })
  clients.push(client)
  client.start()
  return client
}

describe('the quick start', () => {
  it('shows the files that are tested here, whole', () => {
    expect(blocks).toContain(read('examples/server.mjs'))
    expect(blocks).toContain(read('examples/app.tsx'))
    expect(blocks).toContain(read('examples/chatPanel.tsx'))
  })

  it('[UI1] its page loads nothing of the chat at first', async () => {
    const packages = new URL('../packages/', import.meta.url).pathname
    const result = await build({
      configFile: false,
      logLevel: 'silent',
      root: new URL('examples/', import.meta.url).pathname,
      resolve: {
        alias: [
          { find: /^@symphainy\/(protocol|client|react)$/, replacement: `${packages}$1/src/index.ts` },
          { find: /^@symphainy\/client\/(.+)$/, replacement: `${packages}client/src/$1.ts` },
        ],
      },
      build: { write: false, rollupOptions: { input: new URL('examples/app.tsx', import.meta.url).pathname } },
    })
    const chunks = (result as Rollup.RollupOutput).output.filter((output) => output.type === 'chunk')
    const holding = (text: string): string[] => chunks.filter((chunk) => chunk.code.includes(text)).map((chunk) => (chunk.isEntry ? 'first' : 'later'))
    expect(holding('symphainy-layout')).toEqual(['first'])
    expect(holding('symphainy-composer')).toEqual(['later'])
  }, 60_000)

  it('its server signs in, connects, answers and signs out', async () => {
    const client = start(await signIn())
    client.connection.retain()
    await vi.waitFor(() => expect(client.auth.getSnapshot().state).toBe('authenticated'))
    await vi.waitFor(() => expect(client.connection.getSnapshot().state).toBe('ready'))
    const chat = chatOf(client)
    expect(chat.sendMessage('hello there').result).not.toBe('refused')
    await vi.waitFor(() => expect(chat.getSnapshot().conversation.messages.at(-1)).toMatchObject({ status: 'finished', text: 'You said: hello there' }))
    expect(await client.auth.request('GET', '/api/conversations')).toMatchObject({ conversations: [{ title: 'hello there' }], next: null })
    await client.auth.logout()
    await vi.waitFor(() => expect(client.connection.getSnapshot().state).not.toBe('ready'))
    expect(client.auth.getSnapshot()).toMatchObject({ state: 'anonymous' })
  })

  it('its server keeps strangers out', async () => {
    const stranger = start('symphainy_session=nobody')
    await vi.waitFor(() => expect(stranger.auth.getSnapshot().state).toBe('anonymous'))
    const foreign = await fetch(`${origin}/your-login`, { method: 'POST', headers: { origin: 'https://evil.test' }, body: '{}' })
    expect([foreign.status, await foreign.json()]).toEqual([403, { error: { code: 'origin_refused', message: 'This site may not use this service.' } }])
  })
})
