import type { Device, DevicesResponse } from '@symphainy/protocol'
import { useAuth } from '@symphainy/react'
import { useCallback, useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { texts } from '../../texts.js'
import { agoWords } from '../../words/durations.js'

type Devices = { state: 'loading' } | { state: 'failed'; message: string } | { state: 'shown'; devices: readonly Device[]; note: string }

export function DeviceList(): ReactElement {
  const own = texts.devices
  const { request } = useAuth()
  const [list, setList] = useState<Devices>({ state: 'loading' })

  const load = useCallback(
    async (note: string, signal?: AbortSignal): Promise<void> => {
      try {
        const { devices } = await request<DevicesResponse>('GET', '/api/auth/sessions', undefined, signal === undefined ? {} : { signal })
        setList({ state: 'shown', devices, note })
      } catch (error) {
        if (signal?.aborted !== true) setList({ state: 'failed', message: error instanceof Error ? error.message : String(error) })
      }
    },
    [request],
  )
  useEffect(() => {
    const abort = new AbortController()
    void load('', abort.signal)
    return () => abort.abort()
  }, [load])

  const revoke = async (id: string, note: string): Promise<void> => {
    try {
      await request('DELETE', `/api/auth/sessions/${encodeURIComponent(id)}`)
      await load(note)
    } catch (error) {
      setList({ state: 'failed', message: error instanceof Error ? error.message : String(error) })
    }
  }

  if (list.state === 'loading') return <p className="soft">{own.loading}</p>
  if (list.state === 'failed') {
    return (
      <p className="callout danger" role="alert">
        {list.message}{' '}
        <button type="button" className="button small" onClick={() => void load('')}>
          {own.retry}
        </button>
      </p>
    )
  }
  const others = list.devices.filter((device) => !device.current)
  return (
    <>
      <ul className="devices" aria-label={own.list}>
        {list.devices.map((device) => (
          <li key={device.id}>
            <div>
              <strong>{device.browser}</strong>
              {device.current && <span className="badge">{own.current}</span>}
              <p className="soft">
                {device.address} · {own.seen(agoWords(device.lastSeenAt, Date.now()))} ·{' '}
                {own.since(new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' }).format(device.createdAt))}
              </p>
            </div>
            {!device.current && (
              <button
                type="button"
                className="button small"
                aria-label={own.revokeLabel(device.browser, device.address)}
                onClick={() => void revoke(device.id, own.revoked)}
              >
                {own.revoke}
              </button>
            )}
          </li>
        ))}
      </ul>
      <div className="actions">
        {others.length > 0 ? (
          <button type="button" className="button" onClick={() => void revoke('others', own.othersRevoked)}>
            {own.revokeOthers}
          </button>
        ) : (
          <p className="soft">{own.onlyThis}</p>
        )}
        <span aria-live="polite">{list.note}</span>
      </div>
    </>
  )
}
