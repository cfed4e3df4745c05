import { useAuth } from '@symphainy/react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import { Dialog } from '../../design/dialog.js'
import { Field } from '../../session/field.js'
import { useSubmission } from '../../session/useSubmission.js'
import { texts } from '../../texts.js'

export function AccountRemoval(): ReactElement {
  const own = texts.devices
  const { request, validateToken } = useAuth()
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const form = useSubmission([], async () => {
    await request('DELETE', '/api/account')
    // The session went with the account: asking once makes this and every other tab see it.
    await validateToken()
  })
  const confirmed = typed.trim().toLowerCase() === own.deleteWord
  return (
    <section aria-labelledby="removal">
      <h2 id="removal">{own.deleteHeading}</h2>
      <p className="soft">{own.deleteIntro}</p>
      <div className="actions">
        <button type="button" className="button danger" onClick={() => setOpen(true)}>
          {own.deleteOpen}
        </button>
      </div>
      {open && (
        <Dialog heading={own.deleteHeading} onClose={() => setOpen(false)}>
          <form
            onSubmit={(event) => {
              event.preventDefault()
              if (confirmed) form.onSubmit(event)
            }}
          >
            <p>{own.deleteIntro}</p>
            <Field
              label={own.deleteType(own.deleteWord)}
              name="confirmation"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              autoFocus
              fault={form.fault}
              onChange={(event) => setTyped(event.target.value)}
            />
            <div className="actions">
              <button type="button" className="button" onClick={() => setOpen(false)}>
                {own.cancel}
              </button>
              <button type="submit" className="button danger" disabled={!confirmed}>
                {own.deleteButton}
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </section>
  )
}
