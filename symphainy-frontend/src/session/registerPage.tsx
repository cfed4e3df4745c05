import { SymphainyError } from '@symphainy/client'
import { useAuth } from '@symphainy/react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import { Link, useSearch } from 'wouter'
import { usePageTitle } from '../shell/usePageTitle.js'
import { texts } from '../texts.js'
import { Doorway } from './doorway.js'
import { Field } from './field.js'
import { PasswordField } from './passwordField.js'
import { useSubmission } from './useSubmission.js'

export function RegisterPage(): ReactElement {
  const own = texts.session
  const { register } = useAuth()
  const search = useSearch()
  const [invited, setInvited] = useState(false)
  const form = useSubmission(['name', 'email', 'password', 'invitation'], async ({ name = '', email = '', password = '', invitation = '' }) => {
    try {
      await register({ name, email, password, ...(invitation === '' ? {} : { invitation }) })
    } catch (error) {
      if (error instanceof SymphainyError && error.code === 'invitation_required') setInvited(true)
      throw error
    }
  })
  usePageTitle(own.createAccount)
  const busy = form.submission.state === 'busy'
  return (
    <Doorway heading={own.createAccount}>
      {form.fault !== null && (
        <p className="callout danger" role="alert">
          {form.fault}
        </p>
      )}
      <form onSubmit={form.onSubmit} aria-busy={busy}>
        <Field label={own.name} name="name" autoComplete="name" maxLength={100} required fault={form.faultOf('name')} />
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
        <PasswordField label={own.password} name="password" autoComplete="new-password" hint={own.passwordHint} fault={form.faultOf('password')} />
        {invited && (
          <Field label={own.invitation} name="invitation" autoComplete="off" spellCheck={false} required autoFocus fault={form.faultOf('invitation')} />
        )}
        <button type="submit" className="button primary wide" aria-disabled={busy}>
          {own.createAccountButton}
        </button>
      </form>
      <p className="doorway-other">
        {own.already} <Link href={`/login${search === '' ? '' : `?${search}`}`}>{own.signIn}</Link>
      </p>
    </Doorway>
  )
}
