import type { ReactElement } from 'react'

/** Five voices, one for each agent: the mark of the product, and, moving, its sign of work. */
export function Voices({ moving = false }: { moving?: boolean }): ReactElement {
  return (
    <svg className={moving ? 'voices moving' : 'voices'} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M6 13v6" />
      <path d="M11 8v16" />
      <path d="M16 12v8" />
      <path d="M21 5v22" />
      <path d="M26 12v8" />
    </svg>
  )
}
