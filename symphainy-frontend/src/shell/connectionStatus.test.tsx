// @vitest-environment happy-dom
import { createClient } from '@symphainy/client'
import { VirtualBrowser, VirtualClock, VirtualPlatform, type VirtualTab } from '@symphainy/client/testing'
import { AuthProvider, useAuthAwareWebSocket } from '@symphainy/react'
import { act, cleanup, render, screen } from '@testing-library/react'
import type { ReactElement } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import { ConnectionStatus } from './connectionStatus.js'

interface Shown {
  platform: VirtualPlatform
  tab: VirtualTab
  pass: (ms: number) => Promise<void>
  signOut: () => Promise<void>
  /** Why the way would go to login. */
  redirects: string[]
  status: () => string
}

/** The status of somebody who is signed in, on a page that wants the connection. */
async function show(): Promise<Shown> {
  const clock = new VirtualClock()
  const platform = new VirtualPlatform(clock)
  const tab = new VirtualBrowser({ clock, network: platform }).tab()
  const redirects: string[] = []
  const client = createClient({ environment: tab.environment, onAuthRequired: (reason) => redirects.push(reason) })
  const pass = (ms: number): Promise<void> => act(() => clock.advance(ms))
  client.start()
  await pass(10)
  void client.auth.login({ email: 'ada@example.com', password: 'correct horse' })
  await pass(2)
  redirects.length = 0
  render(
    <AuthProvider client={client}>
      <Wanting />
      <ConnectionStatus />
    </AuthProvider>,
  )
  return {
    platform,
    tab,
    pass,
    redirects,
    async signOut() {
      void client.auth.logout()
      await pass(50)
    },
    status: () => screen.getByRole('status', { name: 'Connection' }).textContent,
  }
}

function Wanting(): ReactElement | null {
  useAuthAwareWebSocket()
  return null
}

afterEach(cleanup)

describe('[UI3] the status named "Connection"', () => {
  it('reads Connecting, then Connected and nothing else', async () => {
    const { pass, status } = await show()
    expect(status()).toMatch(/^Connecting/)
    await pass(50)
    expect(status()).toBe('Connected')
  })

  it('reads Reconnecting and why, and a lost connection is no lost login', async () => {
    const { platform, pass, status, redirects } = await show()
    await pass(50)
    platform.network = 'down'
    act(() => platform.sockets[0]?.drop(1006))
    expect(status()).toMatch(/^Reconnecting\S*.{10,}/)
    await pass(600_000)
    expect(status()).toMatch(/^Reconnecting/)
    expect(redirects).toEqual([])
    platform.network = 'up'
    await pass(60_000)
    expect(status()).toBe('Connected')
  })

  it('reads Offline while the browser says that there is no network', async () => {
    const { platform, tab, pass, status, redirects } = await show()
    await pass(50)
    platform.network = 'down'
    act(() => {
      tab.goOffline()
      platform.sockets[0]?.drop(1006)
    })
    await pass(2000)
    expect(status()).toMatch(/^Offline/)
    expect(redirects).toEqual([])
  })

  it('[TB6] reads In use in another tab, and is no fault', async () => {
    const { platform, pass, status } = await show()
    await pass(50)
    act(() => platform.sockets[0]?.drop(4409))
    await pass(50)
    expect(status()).toBe('In use in another tab')
  })

  it('reads Signed out and who says so', async () => {
    const { pass, signOut, status } = await show()
    await pass(50)
    await signOut()
    expect(status()).toMatch(/^Signed out/)
  })
})
