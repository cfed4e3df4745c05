import type { ReactElement, ReactNode } from 'react'
import { Logo } from '../design/logo.js'
import { Score } from '../design/score.js'
import { texts } from '../texts.js'

/** The frame of the two pages before the login. */
export function Doorway({ heading, children }: { heading: string; children: ReactNode }): ReactElement {
  return (
    <main className="doorway">
      <div className="doorway-side" aria-hidden="true">
        <Score />
        <p className="doorway-motto">{texts.brand.motto}</p>
        <p className="doorway-line">{texts.brand.line}</p>
      </div>
      <div className="doorway-form">
        <Logo />
        <h1>{heading}</h1>
        {children}
      </div>
    </main>
  )
}
