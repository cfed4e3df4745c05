import { SymphainyError } from '@symphainy/client'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { waitWords } from '../words/durations.js'

export type Submission = { state: 'idle' } | { state: 'busy' } | { state: 'done' } | { state: 'failed'; error: SymphainyError }

export interface SubmissionForm {
  submission: Submission
  /** The words under a field, if it is the one that was refused. */
  faultOf: (field: string) => string | null
  /** The words above the form, when no field of it is to blame. */
  fault: string | null
  onSubmit: (event: FormEvent<HTMLFormElement>) => void
}

/** Submits a form's values once at a time and keeps what came of it. `fields`: those that can show their own fault. */
export function useSubmission(fields: readonly string[], submit: (values: Record<string, string>, form: HTMLFormElement) => Promise<unknown>): SubmissionForm {
  const [submission, setSubmission] = useState<Submission>({ state: 'idle' })
  const error = submission.state === 'failed' ? submission.error : null
  const atField = error?.field !== undefined && fields.includes(error.field)
  return {
    submission,
    faultOf: (field) => (error !== null && error.field === field ? error.message : null),
    fault: error === null || atField ? null : [error.message, waitWords(error.retryAfterMs)].filter(Boolean).join(' '),
    onSubmit(event) {
      event.preventDefault()
      if (submission.state === 'busy') return
      const form = event.currentTarget
      const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, typeof value === 'string' ? value : '']))
      setSubmission({ state: 'busy' })
      submit(values, form).then(
        () => setSubmission({ state: 'done' }),
        (cause: unknown) => setSubmission({ state: 'failed', error: cause instanceof SymphainyError ? cause : new SymphainyError('internal', { cause }) }),
      )
    },
  }
}
