import { useState } from 'react'
import type { ReactElement } from 'react'
import { texts } from '../texts.js'
import { Field } from './field.js'

interface PasswordFieldProps {
  label: string
  name: string
  autoComplete: 'current-password' | 'new-password'
  hint?: string
  fault?: string | null | undefined
}

export function PasswordField(props: PasswordFieldProps): ReactElement {
  const [shown, setShown] = useState(false)
  return (
    <Field
      {...props}
      required
      type={shown ? 'text' : 'password'}
      autoCapitalize="none"
      spellCheck={false}
      after={
        <button type="button" className="field-show" aria-pressed={shown} onClick={() => setShown(!shown)}>
          {texts.session.show}
        </button>
      }
    />
  )
}
