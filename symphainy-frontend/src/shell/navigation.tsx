import type { ReactElement } from 'react'
import { Link } from 'wouter'
import { PageIcon } from '../design/icons.js'
import { texts } from '../texts.js'
import { NAVIGATION, PATHS } from './routes.js'
import type { PageName } from './routes.js'

export function Navigation({ page }: { page: PageName }): ReactElement {
  return (
    <nav className="navigation" aria-label={texts.shell.navigation}>
      <ul>
        {NAVIGATION.map((name) => (
          <li key={name}>
            <Link href={PATHS[name]} aria-current={name === page ? 'page' : undefined} data-page={name}>
              <PageIcon page={name} />
              <span>{texts.shell.pages[name]}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
