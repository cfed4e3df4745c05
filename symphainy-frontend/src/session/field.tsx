import { useId } from 'react'
import type { InputHTMLAttributes, ReactElement, ReactNode, Ref } from 'react'

interface FieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'id'> {
  label: string
  hint?: string | undefined
  /** What is wrong with it, in words. */
  fault?: string | null | undefined
  after?: ReactNode
  ref?: Ref<HTMLInputElement>
}

/** A labelled input that says what is wrong with it where it is wrong. */
export function Field({ label, hint, fault = null, after, ...input }: FieldProps): ReactElement {
  const id = useId()
  const note = fault ?? hint
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="field-box">
        <input id={id} aria-invalid={fault !== null} aria-describedby={note === undefined ? undefined : `${id}-note`} {...input} />
        {after}
      </div>
      {note !== undefined && (
        <p id={`${id}-note`} className={fault === null ? 'field-hint' : 'field-fault'}>
          {note}
        </p>
      )}
    </div>
  )
}
