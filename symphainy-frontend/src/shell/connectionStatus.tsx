import { useConnection } from '@symphainy/react'
import type { ReactElement } from 'react'
import { texts } from '../texts.js'

/** Always there, always in words: the colour only repeats what the text says. */
export function ConnectionStatus(): ReactElement {
  const { label, state, error } = useConnection()
  const why =
    state === 'ready' || state === 'yielded' ? null : (error?.message ?? (state === 'paused' || state === 'stopped' ? texts.connection.states[state] : null))
  return (
    <div className="status" role="status" aria-label={texts.connection.status} data-state={state}>
      <span className="status-dot" aria-hidden="true" />
      <span className="status-label">{label}</span>
      {why !== null && <span className="status-why">{why}</span>}
    </div>
  )
}
