// @vitest-environment happy-dom
import { createClient, type SymphainyClient } from '@symphainy/client'
import { VirtualBrowser, VirtualClock, VirtualPlatform } from '@symphainy/client/testing'
import { act, cleanup, render, renderHook, screen } from '@testing-library/react'
import { StrictMode, type ReactElement, type ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { AuthProvider, MainLayout, useAuth, useClient, useUnifiedAgentChat } from './index.js'

interface World {
  platform: VirtualPlatform
  client: SymphainyClient
  pass: (ms?: number) => Promise<void>
  provider: (onAuthRequired?: (reason: string) => void) => ({ children }: { children: ReactNode }) => ReactElement
}

/** A browser that was signed in before, and a page in it that has not loaded yet. */
async function world(): Promise<World> {
  const clock = new VirtualClock()
  const platform = new VirtualPlatform(clock)
  const browser = new VirtualBrowser({ clock, network: platform })
  const before = createClient({ environment: browser.tab().environment })
  before.start()
  const login = before.auth.login({ email: 'ada@example.com', password: 'correct horse' })
  await clock.advance(10)
  await login
  before.dispose()
  platform.requests.length = 0
  const options = { environment: browser.tab().environment }
  return {
    platform,
    client: createClient(options),
    pass: (ms = 50) => act(() => clock.advance(ms)),
    provider:
      (onAuthRequired) =>
      ({ children }) => (
        <AuthProvider options={options} {...(onAuthRequired ? { onAuthRequired } : {})}>
          {children}
        </AuthProvider>
      ),
  }
}

function Panel(): ReactElement {
  useUnifiedAgentChat()
  return <section aria-label="Chat" />
}

function Page(): ReactElement {
  const { logout } = useAuth()
  return (
    <MainLayout
      panel={() => <Panel />}
      loading={<p>one moment</p>}
      unreachable={({ retry, hintedUser }) => <button onClick={retry}>Retry {hintedUser?.name}</button>}
    >
      <button onClick={() => void logout()}>Sign out</button>
    </MainLayout>
  )
}

const panel = (): HTMLElement | null => screen.queryByLabelText('Chat')

afterEach(cleanup)

describe('MainLayout', () => {
  it('[UI1] [L11] has no panel and no socket while restoring, and both once confirmed, without a delay', async () => {
    const { platform, provider, pass } = await world()
    render(<Page />, { wrapper: provider(), reactStrictMode: true })
    expect(screen.getByText('one moment')).toBeTruthy()
    await pass(1)
    expect(panel()).toBeNull()
    expect(platform.sockets).toHaveLength(0)
    await pass(10)
    expect(panel()).not.toBeNull()
    expect(platform.sockets).toHaveLength(1)
  })
  it('[L8] says that the platform cannot be reached, to whom it may be, and recovers by Retry', async () => {
    const { platform, provider, pass } = await world()
    platform.network = 'down'
    render(<Page />, { wrapper: provider() })
    await pass()
    expect(panel()).toBeNull()
    platform.network = 'up'
    act(() => screen.getByText('Retry Ada').click())
    await pass()
    expect(panel()).not.toBeNull()
  })
  it('[L10] [E3] logout takes the panel and the socket away, and the way goes to login once', async () => {
    const { platform, provider, pass } = await world()
    const redirects: string[] = []
    render(<Page />, { wrapper: provider((reason) => redirects.push(reason)) })
    await pass()
    expect(platform.liveSockets).toHaveLength(1)
    act(() => screen.getByText('Sign out').click())
    await pass()
    expect(panel()).toBeNull()
    expect(platform.liveSockets).toHaveLength(0)
    expect(redirects).toEqual(['signed_out'])
  })
  it('[UI1] has no panel with a token that cannot be used', async () => {
    const { client } = await world()
    client.auth.getSnapshot = () => PLACEHOLDER
    const show = vi.fn()
    render(
      <AuthProvider client={client}>
        <MainLayout panel={show} />
      </AuthProvider>,
    )
    expect(show).not.toHaveBeenCalled()
  })
})

const PLACEHOLDER = {
  state: 'authenticated',
  user: { id: 'user-ada', name: 'Ada', email: 'ada@example.com' },
  session: { id: 's', createdAt: 0, expiresInMs: 1 },
  sessionToken: 'token_placeholder',
} as const

describe('AuthProvider and useAuth', () => {
  it('[L3] takes over what a server rendered without a mismatch, and then shows the panel', async () => {
    const { provider, pass } = await world()
    const Provider = provider()
    const app = (
      <StrictMode>
        <Provider>
          <Page />
        </Provider>
      </StrictMode>
    )
    const container = document.createElement('div')
    container.innerHTML = renderToString(app)
    expect(container.textContent).toBe('one moment')
    const mismatches: unknown[] = []
    render(app, { container: document.body.appendChild(container), hydrate: true, onRecoverableError: (error) => mismatches.push(error) })
    await pass()
    expect(panel()).not.toBeNull()
    expect(mismatches).toEqual([])
  })
  it('[AU3] restores in one step, from one validation, with functions that never change', async () => {
    const { platform, provider, pass } = await world()
    const states: string[] = []
    const functions = new Set<unknown>()
    renderHook(
      () => {
        const { state, user, session, sessionToken, authLoading, login, logout, request, retry, validateToken } = useAuth()
        states.push(`${state} ${user?.name} ${session !== null} ${sessionToken !== null} ${authLoading}`)
        for (const one of [login, logout, request, retry, validateToken]) functions.add(one)
      },
      { wrapper: provider() },
    )
    await pass()
    expect([...new Set(states)]).toEqual(['restoring undefined false false true', 'authenticated Ada true true false'])
    expect(platform.count('GET /api/auth/session')).toBe(1)
    expect(functions.size).toBe(5)
  })
  it('[E3] [L4] an inline onAuthRequired is called once, in its newest form', async () => {
    const { platform, provider: _, pass, client } = await world()
    platform.revoke(platform.sessionIds[0] ?? '')
    const heard: number[] = []
    const at = (n: number): ReactElement => (
      <StrictMode>
        <AuthProvider options={{ environment: client.environment }} onAuthRequired={() => heard.push(n)} />
      </StrictMode>
    )
    const { rerender } = render(at(1))
    rerender(at(2))
    await pass()
    expect(heard).toEqual([2])
  })
  it('says so when there is no provider', () => {
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    expect(() => render(<Panel />)).toThrow('AuthProvider')
    quiet.mockRestore()
  })
  it("a client of one's own is used, and disposed with the provider", async () => {
    const { platform, client, pass } = await world()
    const { result, unmount } = renderHook(() => [useClient(), useUnifiedAgentChat()] as const, {
      wrapper: ({ children }) => <AuthProvider client={client}>{children}</AuthProvider>,
    })
    await pass()
    expect(result.current[0]).toBe(client)
    expect(platform.liveSockets).toHaveLength(1)
    unmount()
    expect(platform.liveSockets).toHaveLength(0)
  })
})

describe('useUnifiedAgentChat', () => {
  it('[L7] switches the agent without reconnecting, and the message carries the new conversation', async () => {
    const { platform, provider, pass } = await world()
    const { result } = renderHook(() => useUnifiedAgentChat(), { wrapper: provider() })
    await pass()
    act(() => void result.current.sendMessage('hello'))
    expect(result.current.conversation.messages).toMatchObject([{ text: 'hello', delivery: { state: 'sending' } }])
    act(() => result.current.switchAgent({ type: 'liaison', pillar: 'content' }, { keep: false }))
    act(() => void result.current.sendMessage('for content'))
    const messages = platform.sockets[0]?.received.filter((frame) => frame.type === 'message') ?? []
    expect(messages).toMatchObject([
      { text: 'hello', agent: { type: 'guide' } },
      { text: 'for content', agent: { type: 'liaison', pillar: 'content' } },
    ])
    expect(messages[1]?.conversation).toBe(result.current.conversation.id)
    expect(messages[1]?.conversation).not.toBe(messages[0]?.conversation)
    expect(platform.sockets).toHaveLength(1)
  })
  it('renders at most once a frame of the screen while an answer streams', async () => {
    const { platform, provider, pass } = await world()
    let renders = 0
    const count = (): number => (renders += 1)
    const { result } = renderHook(
      () => {
        count()
        return useUnifiedAgentChat()
      },
      { wrapper: provider() },
    )
    await pass()
    act(() => result.current.openConversation('talk-0001'))
    await pass()
    const [socket] = platform.sockets
    const place = { conversation: 'talk-0001', epoch: 'e1' }
    act(() => socket?.deliver({ type: 'snapshot', ...place, offset: 1, messages: [], run: { run: 'first-01', events: [] } }))
    await pass()
    renders = 0
    for (let offset = 2; offset < 202; offset += 1) {
      act(() => socket?.deliver({ type: 'event', ...place, offset, run: 'first-01', event: { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: 'x' } }))
      if (offset % 4 === 0) await pass(8)
    }
    await pass()
    expect(result.current.conversation.messages[0]?.text).toHaveLength(200)
    expect(renders).toBeLessThanOrEqual(Math.ceil(400 / 16) + 3)
  })
})
