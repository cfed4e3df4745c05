import { isProtected } from '../shell/routes.js'

interface Address {
  pathname: string
  search: string
  hash: string
}

/**
 * Where somebody without a session is sent from here, or null when they may stay. Whoever signed out does not want
 * to be brought back to where they were. Pure.
 */
export function addressOfLogin(here: Address, reason: string | null): string | null {
  if (!isProtected(here.pathname)) return null
  if (reason === 'signed_out') return '/login'
  return `/login?next=${encodeURIComponent(here.pathname + here.search + here.hash)}`
}

/**
 * The path to go to after login: only ever one of this origin, and never a login page again. Whatever else stands in
 * `next` gives the home page. Pure.
 */
export function safeNext(search: string, origin: string): string {
  const next = new URLSearchParams(search).get('next')
  // Browsers read a backslash as a slash and drop tabs and line ends, so that `/\evil` and `/<tab>/evil` leave the origin.
  if (next === null || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next)) return '/'
  let url: URL
  try {
    url = new URL(next, origin)
  } catch {
    return '/'
  }
  if (url.origin !== origin || !isProtected(url.pathname)) return '/'
  return url.pathname + url.search + url.hash
}
