import { Component } from 'react'
import type { ReactNode } from 'react'
import { texts } from '../texts.js'

type Fault = { state: 'none' } | { state: 'caught' }

/** The last resort: a part that could not be drawn or fetched, said in words, with the one thing that helps. */
export class FaultBoundary extends Component<{ children: ReactNode }, Fault> {
  override state: Fault = { state: 'none' }

  static getDerivedStateFromError(): Fault {
    return { state: 'caught' }
  }

  override render(): ReactNode {
    if (this.state.state === 'none') return this.props.children
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
