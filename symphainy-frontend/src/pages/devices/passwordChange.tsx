import { useAuth } from '@symphainy/react'
import type { ReactElement } from 'react'
import { PasswordField } from '../../session/passwordField.js'
import { useSubmission } from '../../session/useSubmission.js'
import { texts } from '../../texts.js'

export function PasswordChange(): ReactElement {
  const own = texts.devices
  const { request, user } = useAuth()
  const form = useSubmission(['current', 'next'], async ({ current, next }, element) => {
    await request('POST', '/api/auth/password', { current, next })
    element.reset()
  })
  return (
    <section aria-labelledby="password">
      <h2 id="password">{own.passwordHeading}</h2>
      <p className="soft">{own.passwordIntro}</p>
      <form className="narrow" onSubmit={form.onSubmit} aria-busy={form.submission.state === 'busy'}>
        {form.fault !== null && (
          <p className="callout danger" role="alert">
            {form.fault}
          </p>
        )}
        {/* For password managers, which keep a password with its name. */}
        <input type="email" name="username" autoComplete="username" value={user?.email ?? ''} readOnly hidden />
        <PasswordField label={own.currentPassword} name="current" autoComplete="current-password" fault={form.faultOf('current')} />
        <PasswordField label={own.nextPassword} name="next" autoComplete="new-password" hint={texts.session.passwordHint} fault={form.faultOf('next')} />
        <div className="actions">
          <button type="submit" className="button">
            {own.changePassword}
          </button>
          <span aria-live="polite">{form.submission.state === 'done' ? own.passwordChanged : ''}</span>
        </div>
      </form>
    </section>
  )
}
