// @vitest-environment happy-dom
import { createClient } from '@symphainy/client'
import { VirtualBrowser, VirtualClock, VirtualPlatform } from '@symphainy/client/testing'
import { act, cleanup, render, screen } from '@testing-library/react'
import { StrictMode, type ReactElement, type ReactNode } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { AuthProvider, useAuthAwareWebSocket, useConnection, type AuthAwareWebSocketOptions } from '../index.js'

/** A page under StrictMode, over a platform in virtual time. */
async function world({ signedIn = true } = {}): Promise<{
  clock: VirtualClock
  platform: VirtualPlatform
  page: (children: ReactNode) => ReactElement
  pass: (ms?: number) => Promise<void>
}> {
  const clock = new VirtualClock()
  const platform = new VirtualPlatform(clock)
  const browser = new VirtualBrowser({ clock, network: platform })
  if (signedIn) {
    const before = createClient({ environment: browser.tab().environment })
    before.start()
    const login = before.auth.login({ email: 'ada@example.com', password: 'correct horse' })
    await clock.advance(10)
    await login
    before.dispose()
  }
  const { environment } = browser.tab()
  const options = { environment }
  return {
    clock,
    platform,
    page: (children) => (
      <StrictMode>
        <AuthProvider options={options}>{children}</AuthProvider>
      </StrictMode>
    ),
    pass: (ms = 50) => act(() => clock.advance(ms)),
  }
}

function Consumer({ options }: { options?: AuthAwareWebSocketOptions }): ReactElement {
  return <p>{useAuthAwareWebSocket(options).label}</p>
}

afterEach(cleanup)

describe('useAuthAwareWebSocket', () => {
  it('[CN4] [L3] opens one socket under StrictMode; none, and no timer, is left after the last consumer', async () => {
    const { platform, page, pass, clock } = await world()
    const { unmount } = render(page(<Consumer />))
    expect(platform.sockets).toHaveLength(0)
    await pass()
    expect(platform.sockets).toHaveLength(1)
    expect(screen.getByText('Connected')).toBeTruthy()
    unmount()
    await pass()
    expect(platform.liveSockets).toHaveLength(0)
    expect(platform.sockets).toHaveLength(1)
    expect(clock.pendingTimers).toBe(0)
  })
  it('[CN4] [L3] a consumer that leaves and comes back at once costs no second socket while connecting', async () => {
    const { platform, page, pass } = await world()
    platform.opens = false
    const { rerender } = render(page(<Consumer key="one" />))
    await pass()
    expect(platform.sockets).toHaveLength(1)
    rerender(page([<Consumer key="one" />, <Consumer key="two" />]))
    rerender(page(<Consumer key="two" />))
    await pass()
    expect(platform.sockets).toHaveLength(1)
    expect(platform.liveSockets).toHaveLength(1)
  })
  it('[L4] callbacks that change at each render never touch the socket, and the newest one is called', async () => {
    const { platform, page, pass } = await world()
    const heard: string[] = []
    const at = (n: number): ReactElement =>
      page(
        <Consumer
          options={{
            onOpen: () => heard.push(`open ${n}`),
            onMessage: ({ type }) => heard.push(`${type} ${n}`),
            onClose: (error) => heard.push(`close ${n} ${error?.code}`),
            onError: () => heard.push(`error ${n}`),
          }}
        />,
      )
    const { rerender } = render(at(0))
    for (let n = 1; n <= 20; n += 1) rerender(at(n))
    await pass()
    for (let n = 21; n <= 40; n += 1) rerender(at(n))
    act(() => platform.sockets[0]?.drop(1006))
    expect(platform.sockets).toHaveLength(1)
    expect(heard).toEqual(['open 20', 'ready 20', 'close 40 1006', 'error 40'])
  })
  it('[CN4] [L5] two consumers share one socket and both receive; it lives until the last one leaves', async () => {
    const { platform, page, pass } = await world()
    const left = vi.fn()
    const right = vi.fn()
    const both = (...shown: string[]): ReactElement =>
      page([
        shown.includes('left') && <Consumer key="left" options={{ onMessage: left }} />,
        shown.includes('right') && <Consumer key="right" options={{ onMessage: right }} />,
      ])
    const { rerender } = render(both('left', 'right'))
    await pass()
    expect([left.mock.calls.length, right.mock.calls.length]).toEqual([1, 1])
    rerender(both('right'))
    await pass()
    expect(platform.liveSockets).toHaveLength(1)
    act(() => platform.sockets[0]?.deliver({ type: 'pong', id: 'x' }))
    expect([left.mock.calls.length, right.mock.calls.length]).toEqual([1, 2])
    rerender(both())
    await pass()
    expect(platform.liveSockets).toHaveLength(0)
    expect(platform.sockets).toHaveLength(1)
  })
  it('[CN4] [L6] a consumer that comes while another is connecting shares its socket', async () => {
    const { platform, page, pass } = await world()
    platform.opens = false
    const { rerender } = render(page(<Consumer key="one" />))
    await pass()
    expect(platform.sockets[0]?.readyState).toBe(0)
    rerender(page([<Consumer key="one" />, <Consumer key="two" />]))
    await pass()
    expect(platform.sockets).toHaveLength(1)
    expect(platform.liveSockets).toHaveLength(1)
  })
  it('[CN1] [S1] opens nothing without a session', async () => {
    const { platform, page, pass } = await world({ signedIn: false })
    render(page(<Consumer />))
    await pass()
    expect(platform.sockets).toHaveLength(0)
    expect(platform.requests).toEqual([])
  })
  it('with `autoConnect: false` it waits for `connect()`, and its socket goes with it', async () => {
    const { platform, page, pass } = await world()
    function Manual(): ReactElement {
      const { connect, isConnected } = useAuthAwareWebSocket({ autoConnect: false })
      return <button onClick={connect}>{String(isConnected)}</button>
    }
    const { rerender } = render(page(<Manual />))
    await pass()
    expect(platform.sockets).toHaveLength(0)
    act(() => screen.getByText('false').click())
    await pass()
    expect(screen.getByText('true')).toBeTruthy()
    rerender(page(null))
    await pass()
    expect(platform.liveSockets).toHaveLength(0)
  })
  it('[CN7] a lost connection comes back by itself, and says so', async () => {
    const { platform, page, pass } = await world()
    render(page(<Consumer />))
    await pass()
    act(() => platform.sockets[0]?.drop(1006))
    expect(screen.getByText('Reconnecting')).toBeTruthy()
    await pass(2000)
    expect(screen.getByText('Connected')).toBeTruthy()
    expect(platform.liveSockets).toHaveLength(1)
  })
})

describe('useConnection', () => {
  it('shows the connection and opens nothing', async () => {
    const { platform, page, pass } = await world()
    function Status(): ReactElement {
      return <p>{useConnection().state}</p>
    }
    render(page(<Status />))
    await pass()
    expect(platform.sockets).toHaveLength(0)
    expect(screen.getByText('idle')).toBeTruthy()
  })
})
