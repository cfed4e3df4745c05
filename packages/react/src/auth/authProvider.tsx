'use client'

import { createClient, type ClientOptions, type SymphainyClient } from '@symphainy/client'
import { useEffect, useState, type ReactElement, type ReactNode } from 'react'
import { useLatest } from '../useLatest.js'
import { ClientContext } from './clientContext.js'

export interface AuthProviderProps {
  /** A client of your own, with its own `onAuthRequired`. Started and disposed with the provider. @default one made with `options` */
  client?: SymphainyClient
  /** For the client that the provider makes; read once, at the first render. */
  options?: ClientOptions
  /**
   * Called once when the way goes to login; do the redirect here, with any router. May change at each render. Belongs
   * to the client that the provider makes: a client of your own gets it as its option. [E3]
   */
  onAuthRequired?: (reason: string) => void
  children?: ReactNode
}

/** Restores the session, and gives the client to all hooks below it. [L3] */
export function AuthProvider({ client: given, options, onAuthRequired, children }: AuthProviderProps): ReactElement {
  const latest = useLatest(onAuthRequired)
  const [own] = useState(() =>
    given === undefined
      ? createClient({
          ...options,
          onAuthRequired: (reason) => {
            options?.onAuthRequired?.(reason)
            latest.current?.(reason)
          },
        })
      : null,
  )
  const client = given ?? own
  useEffect(() => {
    client?.start()
    return () => client?.dispose()
  }, [client])
  return <ClientContext.Provider value={client}>{children}</ClientContext.Provider>
}
