// @vitest-environment happy-dom
import { createClient, type Environment, type SymphainyClient, type WebSocketLike } from '@symphainy/client'
import type { PlatformFrame } from '@symphainy/protocol'
import { act, cleanup, render, screen } from '@testing-library/react'
import { StrictMode, type ReactElement, type ReactNode } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { AuthProvider, MainLayout, useAuth, useAuthAwareWebSocket, useClient, useConnection, useUnifiedAgentChat, type AuthAwareWebSocketOptions } from './index.js'

const USER = { id: 'ada', name: 'Ada', email: 'ada@example.com' }

class FakeSocket implements WebSocketLike {
  readyState = 0
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null
  onerror: (() => void) | null = null
  readonly sent: string[] = []

  send(data: string): void {
    this.sent.push(data)
  }
  close(): void {
    this.readyState = 3
  }
  greet(): void {
    this.readyState = 1
    this.onopen?.()
    this.tell({
      type: 'ready',
      connection: 'c',
      fence: 1,
      session: { id: 's-1', user: USER, expiresInMs: 3_600_000 },
      heartbeatMs: { visible: 20_000, hidden: 45_000 },
      reconnectWindowMs: 1000,
      limits: { frameBytes: 1e6, messageUnits: 1e5, messageBytes: 1e6, messagesPerSecond: 5, messageBurst: 10, subscriptions: 32 },
    })
  }
  tell(frame: PlatformFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
  drop(code: number): void {
    this.readyState = 3
    this.onclose?.({ code, reason: '' })
  }
}

/** A browser of the test's own: what it opened and asked is counted. */
function browser(signedIn = true): { environment: Environment; sockets: FakeSocket[]; open: () => FakeSocket[]; calls: string[]; answer: { session: number } } {
  const sockets: FakeSocket[] = []
  const calls: string[] = []
  const stored = new Map<string, string>()
  const answer = { session: signedIn ? 200 : 401 }
  let ids = 0
  const json = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
  const fetch = async (input: unknown, init?: RequestInit): Promise<Response> => {
    const call = `${init?.method ?? 'GET'} ${String(input).replace('https://app.example', '')}`
    calls.push(call)
    if (call.endsWith('ws-ticket')) return json(201, { ticket: 't'.repeat(22), expiresInMs: 30_000 })
    if (call.endsWith('logout')) return new Response(null, { status: 204 })
    if (answer.session === 401) return json(401, { error: { code: 'expired', message: '' } })
    if (answer.session !== 200) throw new TypeError('the network is down')
    return json(200, { user: USER, session: { id: 's-1', createdAt: 1, expiresInMs: 3_600_000 }, serverNow: 1, ticket: 't'.repeat(22) })
  }
  const environment: Environment = {
    clock: { now: () => 0, wallNow: () => 0, setTimer: () => ({ cancel: () => undefined }) },
    random: () => 0.5,
    randomId: () => `id-${String((ids += 1)).padStart(8, '0')}`,
    openSocket: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket
    },
    fetch: fetch as typeof globalThis.fetch,
    storage: { get: (key) => stored.get(key) ?? null, set: (key, value) => void stored.set(key, value), remove: (key) => void stored.delete(key) },
    cookies: () => (signedIn ? 'symphainy_present=1' : ''),
    page: { isVisible: () => true, isOnline: () => true, onChange: () => () => undefined },
    origin: 'https://app.example',
  }
  return { environment, sockets, calls, answer, open: () => sockets.filter((socket) => socket.readyState < 2) }
}

const tree = (environment: Environment, children: ReactNode, onAuthRequired?: (reason: string) => void): ReactElement => (
  <StrictMode>
    <AuthProvider options={{ environment }} {...(onAuthRequired ? { onAuthRequired } : {})}>
      {children}
    </AuthProvider>
  </StrictMode>
)

/** Lets every promise settle that is on its way. */
const settle = (): Promise<void> => act(() => new Promise<void>((resolve) => setImmediate(resolve)))

function Consumer({ options }: { options?: AuthAwareWebSocketOptions }): ReactElement {
  return <p>{useAuthAwareWebSocket(options).label}</p>
}

afterEach(cleanup)

describe('useAuthAwareWebSocket', () => {
  it('[L3] opens one socket under StrictMode, and none is left after the last consumer', async () => {
    const { environment, sockets, open } = browser()
    const { unmount } = render(tree(environment, <Consumer />))
    expect(sockets).toHaveLength(0)
    await settle()
    expect(sockets).toHaveLength(1)
    act(() => sockets[0]?.greet())
    expect(screen.getByText('Connected')).toBeTruthy()
    unmount()
    await settle()
    expect(open()).toHaveLength(0)
    expect(sockets).toHaveLength(1)
  })
  it('[L4] callbacks that change at each render never touch the socket, and the newest one is called', async () => {
    const { environment, sockets } = browser()
    const heard: number[] = []
    const at = (n: number): ReactElement => tree(environment, <Consumer options={{ onMessage: () => heard.push(n), onOpen: () => heard.push(n), onClose: () => heard.push(-n), onError: () => undefined }} />)
    const { rerender } = render(at(0))
    await settle()
    for (let n = 1; n <= 20; n += 1) rerender(at(n))
    await settle()
    expect(sockets).toHaveLength(1)
    act(() => sockets[0]?.greet())
    expect(heard).toEqual([20, 20])
    act(() => sockets[0]?.drop(1006))
    expect(heard).toEqual([20, 20, -20])
  })
  it('[L5] two consumers share one socket and both receive; it lives until the last one leaves', async () => {
    const { environment, sockets, open } = browser()
    const left = vi.fn()
    const right = vi.fn()
    const both = (hasLeft: boolean, hasRight: boolean): ReactElement =>
      tree(
        environment,
        <>
          {hasLeft && <Consumer options={{ onMessage: left }} />}
          {hasRight && <Consumer options={{ onMessage: right }} />}
        </>,
      )
    const { rerender } = render(both(true, true))
    await settle()
    act(() => sockets[0]?.greet())
    expect(left).toHaveBeenCalledTimes(1)
    expect(right).toHaveBeenCalledTimes(1)
    rerender(both(false, true))
    await settle()
    expect(open()).toHaveLength(1)
    act(() => sockets[0]?.tell({ type: 'pong', id: 'x' }))
    expect(left).toHaveBeenCalledTimes(1)
    expect(right).toHaveBeenCalledTimes(2)
    rerender(both(false, false))
    await settle()
    expect(open()).toHaveLength(0)
    expect(sockets).toHaveLength(1)
  })
  it('[L6] a consumer that comes while another is connecting shares its socket', async () => {
    const { environment, sockets, open } = browser()
    const { rerender } = render(tree(environment, <Consumer key="one" />))
    await settle()
    expect(sockets[0]?.readyState).toBe(0)
    rerender(tree(environment, [<Consumer key="one" />, <Consumer key="two" />]))
    await settle()
    expect(sockets).toHaveLength(1)
    expect(open()).toHaveLength(1)
  })
  it('[CN1] without a session, or with `autoConnect: false`, no socket is opened', async () => {
    const anonymous = browser(false)
    render(tree(anonymous.environment, <Consumer />))
    await settle()
    const manual = browser()
    render(tree(manual.environment, <Consumer options={{ autoConnect: false }} />))
    await settle()
    expect([...anonymous.sockets, ...manual.sockets]).toEqual([])
  })
  it('a socket opened by hand goes with the one who opened it', async () => {
    const { environment, sockets, open } = browser()
    function Manual(): ReactElement {
      return <button onClick={useAuthAwareWebSocket({ autoConnect: false }).connect}>connect</button>
    }
    const { rerender } = render(tree(environment, <Manual />))
    await settle()
    act(() => screen.getByText('connect').click())
    await settle()
    expect(sockets).toHaveLength(1)
    rerender(tree(environment, null))
    await settle()
    expect(open()).toHaveLength(0)
  })
})

describe('useConnection', () => {
  it('shows the connection and opens nothing', async () => {
    const { environment, sockets } = browser()
    function Status(): ReactElement {
      return <p>{useConnection().state}</p>
    }
    render(tree(environment, <Status />))
    await settle()
    expect(sockets).toHaveLength(0)
    expect(screen.getByText('idle')).toBeTruthy()
  })
})

describe('useAuth', () => {
  function Who({ seen }: { seen?: unknown[] }): ReactElement {
    const { state, user, authLoading, logout } = useAuth()
    seen?.push(logout)
    return <button onClick={() => void logout()}>{`${state} ${user?.name ?? ''} ${authLoading}`}</button>
  }

  it('[AU3] restores in one step, from one validation, with functions that never change', async () => {
    const { environment, calls } = browser()
    const seen: unknown[] = []
    render(
      <AuthProvider options={{ environment }}>
        <Who seen={seen} />
      </AuthProvider>,
    )
    expect(screen.getByText('restoring true')).toBeTruthy()
    await settle()
    expect(screen.getByText('authenticated Ada false')).toBeTruthy()
    expect(calls.filter((call) => call === 'GET /api/auth/session')).toHaveLength(1)
    expect(new Set(seen).size).toBe(1)
  })
  it('[E3] [L4] an inline onAuthRequired is called once, in its newest form', async () => {
    const { environment, answer } = browser()
    answer.session = 401
    const heard: number[] = []
    const { rerender } = render(tree(environment, <Who />, () => heard.push(1)))
    rerender(tree(environment, <Who />, () => heard.push(2)))
    await settle()
    expect(heard).toEqual([2])
  })
  it('says so when there is no provider', () => {
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    expect(() => render(<Who />)).toThrow('AuthProvider')
    quiet.mockRestore()
  })
  it('a client of one\'s own is used, and disposed with the provider', async () => {
    const { environment, open } = browser()
    const client = createClient({ environment })
    let used: SymphainyClient | null = null
    function Spy(): null {
      used = useClient()
      return null
    }
    const { unmount } = render(
      <AuthProvider client={client}>
        <Spy />
        <Consumer />
      </AuthProvider>,
    )
    await settle()
    expect(used).toBe(client)
    expect(open()).toHaveLength(1)
    unmount()
    expect(open()).toHaveLength(0)
  })
})

describe('MainLayout', () => {
  function Panel(): ReactElement {
    useUnifiedAgentChat()
    return <section aria-label="Chat" />
  }
  const page = (environment: Environment): ReactElement =>
    tree(
      environment,
      <MainLayout panel={() => <Panel />} loading={<p>one moment</p>} unreachable={({ retry }) => <button onClick={retry}>Retry</button>}>
        <p>content</p>
      </MainLayout>,
    )

  it('[UI1] [L11] has no panel and no socket while restoring, and both once confirmed, without a delay', async () => {
    const { environment, sockets } = browser()
    render(page(environment))
    expect(screen.getByText('one moment')).toBeTruthy()
    expect(screen.queryByLabelText('Chat')).toBeNull()
    expect(sockets).toHaveLength(0)
    await settle()
    expect(screen.getByLabelText('Chat')).toBeTruthy()
    expect(screen.getByText('content')).toBeTruthy()
    expect(sockets).toHaveLength(1)
  })
  it('[UI1] has none for nobody', async () => {
    const { environment, sockets } = browser(false)
    render(page(environment))
    await settle()
    expect(screen.queryByLabelText('Chat')).toBeNull()
    expect(sockets).toHaveLength(0)
  })
  it('[L8] says that the platform cannot be reached, and recovers by Retry', async () => {
    const { environment, answer } = browser()
    answer.session = 0
    render(page(environment))
    await settle()
    expect(screen.queryByLabelText('Chat')).toBeNull()
    answer.session = 200
    await act(async () => screen.getByText('Retry').click())
    await settle()
    expect(screen.getByLabelText('Chat')).toBeTruthy()
  })
  it('[L10] logout takes the panel and the socket away', async () => {
    const { environment, open } = browser()
    function Out(): ReactElement {
      const { logout } = useAuth()
      return <button onClick={() => void logout()}>out</button>
    }
    render(
      tree(
        environment,
        <MainLayout panel={() => <Panel />}>
          <Out />
        </MainLayout>,
      ),
    )
    await settle()
    expect(open()).toHaveLength(1)
    await act(async () => screen.getByText('out').click())
    await settle()
    expect(screen.queryByLabelText('Chat')).toBeNull()
    expect(open()).toHaveLength(0)
  })
})

describe('useUnifiedAgentChat', () => {
  it('[L7] streams, switches the agent without reconnecting, and renders only what a frame brings', async () => {
    const { environment, sockets } = browser()
    let chat: ReturnType<typeof useUnifiedAgentChat> | null = null
    let renders = 0
    function Chat(): ReactElement {
      chat = useUnifiedAgentChat()
      renders += 1
      return <div>{chat.conversation.messages.map(({ role, id, text }) => <p key={role + id}>{text}</p>)}</div>
    }
    render(
      <AuthProvider options={{ environment }}>
        <Chat />
      </AuthProvider>,
    )
    await settle()
    act(() => sockets[0]?.greet())
    const { sendMessage, switchAgent, newConversation } = chat as unknown as ReturnType<typeof useUnifiedAgentChat>
    act(() => void sendMessage('hello'))
    expect(screen.getByText('hello')).toBeTruthy()
    act(() => {
      newConversation()
      switchAgent({ type: 'liaison', pillar: 'content' })
    })
    const before = renders
    act(() => switchAgent({ type: 'liaison', pillar: 'content' }))
    expect(renders - before).toBeLessThanOrEqual(1)
    act(() => void sendMessage('for content'))
    const messages = sockets[0]?.sent.map((text) => JSON.parse(text) as Record<string, unknown>).filter(({ type }) => type === 'message') ?? []
    expect(messages).toMatchObject([{ text: 'hello', agent: { type: 'guide' } }, { text: 'for content', agent: { type: 'liaison', pillar: 'content' } }])
    expect(messages[1]?.['conversation']).not.toBe(messages[0]?.['conversation'])
    expect(sockets).toHaveLength(1)
  })
})
