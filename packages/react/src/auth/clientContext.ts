'use client'

import type { SymphainyClient } from '@symphainy/client'
import { createContext, useContext, type Context } from 'react'

export const ClientContext: Context<SymphainyClient | null> = createContext<SymphainyClient | null>(null)

/**
 * The client of the nearest `AuthProvider`.
 * @throws Error outside of one
 */
export function useClient(): SymphainyClient {
  const client = useContext(ClientContext)
  if (client === null) throw new Error('There is no <AuthProvider> above this component.')
  return client
}
