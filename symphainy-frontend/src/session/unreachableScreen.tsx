import type { User } from '@symphainy/protocol'
import type { SymphainyError } from '@symphainy/client'
import type { ReactElement } from 'react'
import { Voices } from '../design/voices.js'
import { usePageTitle } from '../shell/usePageTitle.js'
import { texts } from '../texts.js'

/** [AU3] The platform does not answer: nothing was cleared, nobody is sent away, and it is tried again by itself. */
export function UnreachableScreen({ user, error, onRetry }: { user: User | null; error: SymphainyError | null; onRetry: () => void }): ReactElement {
  const own = texts.unreachable
  usePageTitle(own.title)
  return (
    <main className="screen">
      <div className="screen-card" role="alert">
        <Voices />
        <h1>{user === null ? own.heading : own.headingFor(user.name)}</h1>
        <p>{error?.message ?? own.why}</p>
        <p className="soft">{own.what}</p>
        <button type="button" className="button primary" onClick={onRetry}>
          {own.retry}
        </button>
      </div>
    </main>
  )
}
