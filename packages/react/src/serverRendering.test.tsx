import { createClient } from '@symphainy/client'
import type { ReactElement } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it, vi } from 'vitest'
import { AuthProvider, MainLayout, useAuth, useAuthAwareWebSocket, useConnection, useUnifiedAgentChat } from './index.js'

function Everything(): ReactElement {
  const { state, authLoading } = useAuth()
  const { label } = useConnection()
  const { isConnected } = useAuthAwareWebSocket()
  const { conversation } = useUnifiedAgentChat()
  return <p>{[state, authLoading, label, isConnected, conversation.messages.length].join(' ')}</p>
}

describe('server rendering', () => {
  it('renders without a browser: loading, no panel, no request, no socket', () => {
    expect(typeof window).toBe('undefined')
    const fetched = vi.spyOn(globalThis, 'fetch')
    const panel = vi.fn(() => <section>panel</section>)
    const html = renderToString(
      <AuthProvider>
        <MainLayout header={<header>head</header>} panel={panel}>
          <Everything />
        </MainLayout>
      </AuthProvider>,
    )
    expect(html).toContain('restoring true Connecting false 0')
    expect(html).toContain('head')
    expect(panel).not.toHaveBeenCalled()
    expect(fetched).not.toHaveBeenCalled()
    fetched.mockRestore()
  })
  it('renders the same for every visitor, whatever the client knows', () => {
    const page = (): string =>
      renderToString(
        <AuthProvider client={createClient()}>
          <Everything />
        </AuthProvider>,
      )
    expect(page()).toBe(page())
  })
})
