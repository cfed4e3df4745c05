import type { User } from '@symphainy/protocol'
import type { ReactElement } from 'react'
import { Voices } from '../design/voices.js'
import { texts } from '../texts.js'

/** While the session is being restored: the frame of the page, so that nothing jumps when it comes. */
export function RestoringScreen({ user }: { user: User | null }): ReactElement {
  return (
    <main className="screen" aria-busy="true">
      <div className="screen-card restoring">
        <Voices moving />
        <p>{user === null ? texts.session.restoring : texts.session.restoringFor(user.name)}</p>
      </div>
    </main>
  )
}
