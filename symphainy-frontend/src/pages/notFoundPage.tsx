import type { ReactElement } from 'react'
import { Link } from 'wouter'
import { Logo } from '../design/logo.js'
import { usePageTitle } from '../shell/usePageTitle.js'
import { texts } from '../texts.js'

export function NotFoundPage(): ReactElement {
  const own = texts.notFound
  usePageTitle(own.title)
  return (
    <main className="screen">
      <div className="screen-card">
        <Logo />
        <h1>{own.heading}</h1>
        <p>{own.what}</p>
        <Link href="/" className="button primary">
          {own.home}
        </Link>
      </div>
    </main>
  )
}
