import { SymphainyError } from '@symphainy/client'
import { chatOf } from '@symphainy/client/chat'
import { useAuth, useClient } from '@symphainy/react'
import { useState } from 'react'

export type SigningOut = { state: 'no' } | { state: 'asking'; unsent: number } | { state: 'busy' } | { state: 'failed'; error: SymphainyError }

export interface SignOut {
  signingOut: SigningOut
  /** Signs out; asks first when messages would be lost. [RS3] */
  ask: () => void
  goOn: () => void
  cancel: () => void
}

export function useSignOut(): SignOut {
  const client = useClient()
  const { logout } = useAuth()
  const [signingOut, setSigningOut] = useState<SigningOut>({ state: 'no' })
  const goOn = (): void => {
    setSigningOut({ state: 'busy' })
    logout().then(
      () => setSigningOut({ state: 'no' }),
      (cause: unknown) => setSigningOut({ state: 'failed', error: cause instanceof SymphainyError ? cause : new SymphainyError('internal', { cause }) }),
    )
  }
  return {
    signingOut,
    ask() {
      const { unsent } = chatOf(client).getSnapshot()
      if (unsent > 0) setSigningOut({ state: 'asking', unsent })
      else goOn()
    },
    goOn,
    cancel: () => setSigningOut({ state: 'no' }),
  }
}
