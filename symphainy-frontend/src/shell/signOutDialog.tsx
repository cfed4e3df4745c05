import type { ReactElement } from 'react'
import { Dialog } from '../design/dialog.js'
import { texts } from '../texts.js'
import type { SignOut } from './useSignOut.js'

export function SignOutDialog({ signOut }: { signOut: SignOut }): ReactElement | null {
  const own = texts.shell
  const { signingOut, goOn, cancel } = signOut
  if (signingOut.state === 'failed') {
    return (
      <div className="toast" role="alert">
        <span>
          {own.signOutFailed} {signingOut.error.message}
        </span>
        <button type="button" className="button quiet" onClick={cancel}>
          {own.dismiss}
        </button>
      </div>
    )
  }
  if (signingOut.state !== 'asking') return null
  return (
    <Dialog heading={own.unsentHeading} onClose={cancel}>
      <p>{own.unsent(signingOut.unsent)}</p>
      <div className="actions">
        <button type="button" className="button" onClick={cancel}>
          {own.unsentStay}
        </button>
        <button type="button" className="button danger" onClick={goOn}>
          {own.unsentLeave}
        </button>
      </div>
    </Dialog>
  )
}
