import { useAuth } from '@symphainy/react'
import { lazy, Suspense, useEffect } from 'react'
import type { ReactElement } from 'react'
import { useLocation, useSearch } from 'wouter'
import { NotFoundPage } from '../pages/notFoundPage.js'
import { isProtected } from '../shell/routes.js'
import { keepingOf, sweepStorage } from './leftBehind.js'
import { addressOfLogin, safeNext } from './loginAddress.js'
import { RegisterPage } from './registerPage.js'
import { RestoringScreen } from './restoringScreen.js'
import { SignInPage } from './signInPage.js'
import { UnreachableScreen } from './unreachableScreen.js'

/** Everything behind the login, the chat included, is one file that is fetched when auth is confirmed and not before. [CN1] */
const SignedIn = lazy(async () => ({ default: (await import('../shell/signedIn.js')).SignedIn }))

/** Shows what the auth state allows at this address, and moves on where it does not. */
export function SessionGate(): ReactElement | null {
  const auth = useAuth()
  const [path, navigate] = useLocation()
  const search = useSearch()
  const atDoor = path === '/login' || path === '/register'

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
      return atDoor ? null : (
        <Suspense fallback={<RestoringScreen user={auth.user} />}>
          <SignedIn />
        </Suspense>
      )
    case 'anonymous':
      if (path === '/login') return <SignInPage />
      return path === '/register' ? <RegisterPage /> : null
  }
}
