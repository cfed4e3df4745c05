import type { ReactElement, ReactNode } from 'react'
import type { PageName } from '../shell/routes.js'

function Icon({ children }: { children: ReactNode }): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  )
}

const PAGE_PATHS: Readonly<Record<PageName, string>> = {
  home: 'M4 11.5 12 5l8 6.500M6.500 10v9h11v-9M10 19v-5h4v5',
  content: 'M6.500 4h7.500l4 4v12h-11.500zM14 4v4h4M9.500 12h5.500M9.500 15.500h5.500',
  insights: 'M4.500 19.500h15M7 16v-4M12 16V6.500M17 16V9.500',
  operations: 'M5 7h8M17 7h2M5 12h2M11 12h8M5 17h6M15 17h4M15 5v4M9 10v4M13 15v4',
  business_outcomes: 'M12 4.500a7.500 7.500 0 1 0 7.500 7.500M12 8.500a3.500 3.500 0 1 0 3.500 3.500M12 12l7-7M16 4.500V8h3.500',
  devices: 'M4 5.500h16v10H4zM9 19h6',
  connection: 'M4.500 10a11 11 0 0 1 15 0M7.500 13.500a6.500 6.500 0 0 1 9 0M12 17.500h.01',
}

export function PageIcon({ page }: { page: PageName }): ReactElement {
  return (
    <Icon>
      <path d={PAGE_PATHS[page]} />
    </Icon>
  )
}

const SIGNS = {
  send: 'M5 12h13M12.500 6l6 6-6 6',
  stop: 'M8 8h8v8H8z',
  plus: 'M12 5.500v13M5.500 12h13',
  history: 'M5 7h14M5 12h14M5 17h9',
  down: 'M12 5.500v13M6.500 13l5.500 5.500 5.500-5.500',
  pencil: 'M5 19l.8-3.600L15.500 5.700l2.800 2.800-9.700 9.700zM13.500 7.700l2.800 2.800',
  bin: 'M5.500 7.500h13M9.500 7.500v-2h5v2M7.500 7.500l.7 11.500h7.600l.7-11.500M10.500 11v5M13.500 11v5',
} as const

export function Sign({ name }: { name: keyof typeof SIGNS }): ReactElement {
  return (
    <Icon>
      <path d={SIGNS[name]} />
    </Icon>
  )
}
