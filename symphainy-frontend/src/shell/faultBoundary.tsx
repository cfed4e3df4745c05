import { Component } from 'react'
import type { ReactNode } from 'react'
import { texts } from '../texts.js'

type Fault = { state: 'none' } | { state: 'caught' }

interface FaultBoundaryProps {
  children: ReactNode
  /** What stands in the part's place. @default the fault in words, with the one thing that helps */
  instead?: ReactNode
}

/** The last resort: a part that could not be drawn or fetched takes nothing else with it. */
export class FaultBoundary extends Component<FaultBoundaryProps, Fault> {
  override state: Fault = { state: 'none' }

  static getDerivedStateFromError(): Fault {
    return { state: 'caught' }
  }

  override render(): ReactNode {
    if (this.state.state === 'none') return this.props.children
    if (this.props.instead !== undefined) return this.props.instead
    return (
      <main className="screen">
        <div className="screen-card" role="alert">
          <h1>{texts.fault.heading}</h1>
          <p>{texts.fault.what}</p>
          <button type="button" className="button primary" onClick={() => window.location.reload()}>
            {texts.fault.reload}
          </button>
        </div>
      </main>
    )
  }
}
