'use client'

import type { Connection, ConnectionSnapshot } from '@symphainy/client'
import { useMemo, useSyncExternalStore } from 'react'

/** What a server renders, and a browser until it has hydrated. */
const SERVER_SNAPSHOT: ConnectionSnapshot = {
  state: 'idle',
  label: 'Connecting',
  error: null,
  attempt: 0,
  retryInMs: null,
  readySinceMs: null,
  roundTripMs: null,
  timeline: [],
}

export function useConnectionSnapshot(connection: Connection): ConnectionSnapshot {
  return useSyncExternalStore(
    useMemo(() => (listener: () => void) => connection.subscribe(listener), [connection]),
    () => connection.getSnapshot(),
    () => SERVER_SNAPSHOT,
  )
}
