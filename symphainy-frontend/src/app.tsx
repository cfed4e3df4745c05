import { AuthProvider } from '@symphainy/react'
import type { ReactElement } from 'react'
import { useLocation } from 'wouter'
import { SessionGate } from './session/sessionGate.js'
import { addressOfLogin } from './session/loginAddress.js'

export function App(): ReactElement {
  const [, navigate] = useLocation()
  return (
    <AuthProvider
      onAuthRequired={(reason) => {
        const login = addressOfLogin(window.location, reason)
        if (login !== null) navigate(login, { replace: true })
      }}
    >
      <SessionGate />
    </AuthProvider>
  )
}
