'use client'

import type { AnonymousReason, AuthSession, AuthSessionFacts, AuthSnapshot, SymphainyError } from '@symphainy/client'
import type { User } from '@symphainy/protocol'
import { useMemo, useSyncExternalStore } from 'react'
import { useClient } from './clientContext.js'

/** Never changes for one client. */
export type AuthActions = Pick<AuthSession, 'login' | 'register' | 'logout' | 'retry' | 'validateToken' | 'request'>

export interface Auth extends AuthActions {
  state: AuthSnapshot['state']
  /** Confirmed by the platform. */
  isAuthenticated: boolean
  /** Nothing is known yet: show neither the chat nor the login. */
  authLoading: boolean
  user: User | null
  session: AuthSessionFacts | null
  /** The public session id in cookie mode, the token in bearer mode. [AU2] */
  sessionToken: string | null
  /** Why nobody is signed in, when `state` is `anonymous`. */
  reason: AnonymousReason | null
  /** Why the platform could not be asked, when `state` is `unreachable`. */
  error: SymphainyError | null
  /** Who was signed in here before, while that is not confirmed: fit for a greeting and nothing else. */
  hintedUser: User | null
}

/** What a server renders, and a browser until it has hydrated. */
const SERVER_SNAPSHOT: AuthSnapshot = { state: 'restoring', hintedUser: null }

/** The auth session. [AU3] */
export function useAuth(): Auth {
  const { auth } = useClient()
  const snapshot = useSyncExternalStore(
    useMemo(() => (listener: () => void) => auth.subscribe(listener), [auth]),
    () => auth.getSnapshot(),
    () => SERVER_SNAPSHOT,
  )
  const actions = useMemo(() => actionsOf(auth), [auth])
  return useMemo(() => ({ ...factsOf(snapshot), ...actions }), [snapshot, actions])
}

function actionsOf(auth: AuthSession): AuthActions {
  return {
    login: (credentials) => auth.login(credentials),
    register: (account) => auth.register(account),
    logout: () => auth.logout(),
    retry: () => auth.retry(),
    validateToken: () => auth.validateToken(),
    request: (method, path, body, options) => auth.request(method, path, body, options),
  }
}

function factsOf(snapshot: AuthSnapshot): Omit<Auth, keyof AuthActions> {
  const { state } = snapshot
  return {
    state,
    isAuthenticated: state === 'authenticated',
    authLoading: state === 'restoring',
    user: state === 'authenticated' ? snapshot.user : null,
    session: state === 'authenticated' ? snapshot.session : null,
    sessionToken: state === 'authenticated' ? snapshot.sessionToken : null,
    reason: state === 'anonymous' ? snapshot.reason : null,
    error: state === 'unreachable' ? snapshot.error : null,
    hintedUser: state === 'restoring' || state === 'unreachable' ? snapshot.hintedUser : null,
  }
}
