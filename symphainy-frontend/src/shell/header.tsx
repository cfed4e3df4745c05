import type { ReactElement } from 'react'
import { Link } from 'wouter'
import { Logo } from '../design/logo.js'
import { AccountMenu } from './accountMenu.js'
import { ConnectionStatus } from './connectionStatus.js'

export function Header(): ReactElement {
  return (
    <header className="header">
      <Link href="/" className="header-logo" tabIndex={-1} aria-hidden="true">
        <Logo />
      </Link>
      <ConnectionStatus />
      <AccountMenu />
    </header>
  )
}
