import { createElement, useEffect, useSyncExternalStore } from 'react'
import type { ComponentType, ReactElement } from 'react'

type Loading = { state: 'absent' } | { state: 'loading' } | { state: 'loaded'; SignedIn: ComponentType } | { state: 'failed'; error: unknown }

let loading: Loading = { state: 'absent' }
const listeners = new Set<() => void>()

function become(next: Loading): void {
  loading = next
  for (const listener of [...listeners]) listener()
}

function load(): void {
  if (loading.state !== 'absent') return
  become({ state: 'loading' })
  import('../shell/signedIn.js').then(
    ({ SignedIn }) => become({ state: 'loaded', SignedIn }),
    (error: unknown) => become({ state: 'failed', error }),
  )
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/**
 * Everything behind the login, the chat included: one file that is fetched once `wanted`, and not before. [UI1]
 * No Suspense: React keeps a fallback on the screen for 300 ms after it showed one, loaded or not. [L11]
 * @returns the app, or null until it is here
 * @throws what the import failed with, for the boundary above to offer a reload
 */
export function useSignedInApp(wanted: boolean): ReactElement | null {
  const now = useSyncExternalStore(
    subscribe,
    () => loading,
    () => loading,
  )
  useEffect(() => {
    if (wanted) load()
  }, [wanted])
  if (!wanted) return null
  if (now.state === 'failed') throw now.error
  return now.state === 'loaded' ? createElement(now.SignedIn) : null
}
