import { useAuth } from '@symphainy/react'
import type { ReactElement } from 'react'
import { useSubmission } from '../../session/useSubmission.js'
import { texts } from '../../texts.js'

export function DataExport(): ReactElement {
  const own = texts.devices
  const { request } = useAuth()
  const form = useSubmission([], async () => {
    // By `request` and not by a link: in bearer mode a link would carry no credential.
    const data = await request<unknown>('GET', '/api/account/export')
    const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }))
    const link = document.createElement('a')
    link.href = url
    link.download = own.exportName
    link.click()
    URL.revokeObjectURL(url)
  })
  return (
    <section aria-labelledby="data">
      <h2 id="data">{own.dataHeading}</h2>
      <p className="soft">{own.dataIntro}</p>
      <form onSubmit={form.onSubmit} className="actions">
        <button type="submit" className="button">
          {own.export}
        </button>
        <span aria-live="polite">{form.fault ?? (form.submission.state === 'done' ? own.exported : '')}</span>
      </form>
    </section>
  )
}
