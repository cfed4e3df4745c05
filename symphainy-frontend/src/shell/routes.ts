import type { AgentAddress, Pillar } from '@symphainy/protocol'
import { GUIDE } from '@symphainy/protocol'

/** The pages of a signed-in person. */
export type PageName = 'home' | Pillar | 'devices' | 'connection'

export const PATHS: Readonly<Record<PageName, string>> = {
  home: '/',
  content: '/content',
  insights: '/insights',
  operations: '/operations',
  business_outcomes: '/business-outcomes',
  devices: '/devices',
  connection: '/connection',
}

/** What the navigation shows, in this order. */
export const NAVIGATION: readonly PageName[] = ['home', 'content', 'insights', 'operations', 'business_outcomes']

/** The page at a path, or null. A slash at the end is forgiven. Pure. */
export function pageAt(path: string): PageName | null {
  const bare = path.length > 1 ? path.replace(/\/$/, '') : path
  for (const name of Object.keys(PATHS) as PageName[]) if (PATHS[name] === bare) return name
  return null
}

/** Whether a path needs a session: the known pages do; login, registration and unknown paths do not. Pure. */
export function isProtected(path: string): boolean {
  return pageAt(path) !== null
}

/** Whom a page opens in the chat, or null when it leaves the choice as it is. */
export function agentOfPage(page: PageName | null): AgentAddress | null {
  if (page === null || page === 'devices' || page === 'connection') return null
  return page === 'home' ? GUIDE : { type: 'liaison', pillar: page }
}
