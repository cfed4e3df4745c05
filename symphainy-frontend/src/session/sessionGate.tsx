import { useAuth } from '@symphainy/react'
import { useEffect } from 'react'
import type { ReactElement } from 'react'
import { useLocation, useSearch } from 'wouter'
import { NotFoundPage } from '../pages/notFoundPage.js'
import { isProtected } from '../shell/routes.js'
import { keepingOf, sweepStorage } from './leftBehind.js'
import { addressOfLogin, safeNext } from './loginAddress.js'
import { RegisterPage } from './registerPage.js'
import { RestoringScreen } from './restoringScreen.js'
import { useSignedInApp } from './signedInApp.js'
import { SignInPage } from './signInPage.js'
import { UnreachableScreen } from './unreachableScreen.js'

/** Shows what the auth state allows at this address, and moves on where it does not. */
export function SessionGate(): ReactElement | null {
  const auth = useAuth()
  const [path, navigate] = useLocation()
  const search = useSearch()
  const atDoor = path === '/login' || path === '/register'
  const app = useSignedInApp(auth.state === 'authenticated')

  // `onAuthRequired` moves once when a session ends; this moves whoever comes to a page later, without one.
  const target =
    auth.state === 'authenticated' && atDoor
      ? safeNext(search, window.location.origin)
      : auth.state === 'anonymous'
        ? addressOfLogin(window.location, auth.reason)
        : null
  useEffect(() => {
    if (target !== null && (atDoor || isProtected(window.location.pathname))) navigate(target, { replace: true })
  }, [target, atDoor, navigate])

  useEffect(() => {
    sweepStorage(keepingOf(auth))
  }, [auth])

  if (!atDoor && !isProtected(path)) return <NotFoundPage />
  switch (auth.state) {
    case 'restoring':
      return <RestoringScreen user={auth.hintedUser} />
    case 'unreachable':
      return <UnreachableScreen user={auth.hintedUser} error={auth.error} onRetry={auth.retry} />
    case 'authenticated':
      if (atDoor) return null
      return app ?? <RestoringScreen user={auth.user} />
    case 'anonymous':
      if (path === '/login') return <SignInPage />
      return path === '/register' ? <RegisterPage /> : null
  }
}
