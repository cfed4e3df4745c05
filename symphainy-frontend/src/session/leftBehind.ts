import type { AuthSnapshot } from '@symphainy/client'

/** Drafts are kept under this, then the user's id, then the conversation's. */
export const DRAFT_PREFIX = 'symphainy.draft.'

/** Whose drafts may stay, or that all may, as the auth session is now. */
export type Keeping = { keep: 'all' } | { keep: 'none' } | { keep: 'of'; userId: string }

/** Expiry keeps everything for the same user; sign-out, revocation or another user's login does not. [RS3] Pure. */
export function keepingOf(auth: { state: AuthSnapshot['state']; reason: string | null; user: { id: string } | null }): Keeping {
  if (auth.state === 'authenticated' && auth.user !== null) return { keep: 'of', userId: auth.user.id }
  if (auth.state === 'anonymous' && (auth.reason === 'signed_out' || auth.reason === 'revoked')) return { keep: 'none' }
  return { keep: 'all' }
}

/** The keys that have to go. Pure. */
export function leftBehind(keys: readonly string[], keeping: Keeping): string[] {
  if (keeping.keep === 'all') return []
  const kept = keeping.keep === 'of' ? `${DRAFT_PREFIX}${keeping.userId}.` : null
  return keys.filter((key) => key.startsWith(DRAFT_PREFIX) && (kept === null || !key.startsWith(kept)))
}

/** Removes what an earlier user left in this browser. */
export function sweepStorage(keeping: Keeping): void {
  try {
    for (const key of leftBehind(Object.keys(window.localStorage), keeping)) window.localStorage.removeItem(key)
  } catch {
    // Storage that throws holds nothing of anybody.
  }
}
