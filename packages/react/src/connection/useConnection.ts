'use client'

import type { ConnectionSnapshot } from '@symphainy/client'
import { useMemo } from 'react'
import { useClient } from '../auth/clientContext.js'
import { useConnectionSnapshot } from './useConnectionSnapshot.js'

export interface ConnectionFacts extends ConnectionSnapshot {
  /** Now, instead of at the next attempt. */
  reconnect: () => void
  /** "Use here": takes the connection over from another tab. [TB6] */
  useHere: () => void
}

/** How the connection is. Shows it and does not want it: no socket is opened for this hook. */
export function useConnection(): ConnectionFacts {
  const { connection } = useClient()
  const snapshot = useConnectionSnapshot(connection)
  const actions = useMemo(() => ({ reconnect: () => connection.reconnect(), useHere: () => connection.connect() }), [connection])
  return useMemo(() => ({ ...snapshot, ...actions }), [snapshot, actions])
}
