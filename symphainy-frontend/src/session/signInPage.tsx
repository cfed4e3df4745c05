import { useAuth } from '@symphainy/react'
import type { ReactElement } from 'react'
import { Link, useSearch } from 'wouter'
import { usePageTitle } from '../shell/usePageTitle.js'
import { texts } from '../texts.js'
import { Doorway } from './doorway.js'
import { Field } from './field.js'
import { PasswordField } from './passwordField.js'
import { useSubmission } from './useSubmission.js'

export function SignInPage(): ReactElement {
  const own = texts.session
  const { login, reason } = useAuth()
  const search = useSearch()
  const form = useSubmission(['email', 'password'], ({ email = '', password = '' }) => login({ email, password }))
  usePageTitle(own.signIn)
  const busy = form.submission.state === 'busy'
  const why = reason === null ? undefined : own.reasons[reason]
  return (
    <Doorway heading={own.signIn}>
      {form.fault !== null ? (
        <p className="callout danger" role="alert">
          {form.fault}
        </p>
      ) : (
        why !== undefined && <p className="callout">{why}</p>
      )}
      <form onSubmit={form.onSubmit} aria-busy={busy}>
        <Field
          label={own.email}
          name="email"
          type="email"
          autoComplete="username"
          inputMode="email"
          autoCapitalize="none"
          spellCheck={false}
          required
          fault={form.faultOf('email')}
        />
        <PasswordField label={own.password} name="password" autoComplete="current-password" fault={form.faultOf('password')} />
        <button type="submit" className="button primary wide" aria-disabled={busy}>
          {own.signIn}
        </button>
      </form>
      <p className="doorway-other">
        {own.newHere} <Link href={`/register${search === '' ? '' : `?${search}`}`}>{own.createAccount}</Link>
      </p>
    </Doorway>
  )
}
