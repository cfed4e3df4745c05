'use client'

import { isUsableToken } from '@symphainy/protocol'
import type { ReactElement, ReactNode } from 'react'
import { useAuth, type Auth } from '../auth/useAuth.js'

export interface MainLayoutProps {
  header?: ReactNode
  navigation?: ReactNode
  /** The chat. A function, so that nothing of it is made, loaded or connected before it may be. [UI1] */
  panel: () => ReactNode
  /** In place of the children while it is not known who is signed in. @default the children */
  loading?: ReactNode
  /** In place of the children while the platform cannot be reached. @default the children */
  unreachable?: (auth: Auth) => ReactNode
  children?: ReactNode
}

/** A page with a chat panel that exists only when auth is confirmed and the session token is usable; never while loading. [UI1] */
export function MainLayout({ header, navigation, panel, loading, unreachable, children }: MainLayoutProps): ReactElement {
  const auth = useAuth()
  const showsPanel = !auth.authLoading && auth.isAuthenticated && isUsableToken(auth.sessionToken)
  return (
    <div className="symphainy-layout" data-auth={auth.state}>
      {header}
      {navigation}
      <main className="symphainy-main">{contentOf(auth, { loading, unreachable, children })}</main>
      {showsPanel ? <div className="symphainy-panel">{panel()}</div> : null}
    </div>
  )
}

function contentOf(auth: Auth, { loading, unreachable, children }: Pick<MainLayoutProps, 'loading' | 'unreachable' | 'children'>): ReactNode {
  if (auth.state === 'restoring' && loading !== undefined) return loading
  if (auth.state === 'unreachable' && unreachable !== undefined) return unreachable(auth)
  return children
}
