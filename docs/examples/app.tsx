import { StrictMode, Suspense, lazy } from 'react'
import { createRoot } from 'react-dom/client'
import { AuthProvider, MainLayout, useAuth, useConnection } from '@symphainy/react'

// Nothing of the chat is loaded before the session is confirmed.
const ChatPanel = lazy(async () => ({ default: (await import('./chatPanel.js')).ChatPanel }))

function Header() {
  const { user, logout } = useAuth()
  const { label } = useConnection()
  return (
    <header>
      {user?.name} <span role="status">{label}</span> <button onClick={() => void logout()}>Sign out</button>
    </header>
  )
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <AuthProvider onAuthRequired={() => location.assign('/login.html')}>
      <MainLayout
        header={<Header />}
        panel={() => (
          <Suspense>
            <ChatPanel />
          </Suspense>
        )}
        loading={<p>One moment …</p>}
        unreachable={({ retry }) => <button onClick={retry}>The service cannot be reached. Retry</button>}
      >
        <h1>Your page</h1>
      </MainLayout>
    </AuthProvider>
  </StrictMode>,
)
