'use client'
import { useState } from 'react'
import type { ReactElement, ReactNode } from 'react'

interface LoadMoreProps {
  className?: string
  disabled?: boolean
  /** Brings one more page; what it rejects with is shown below the button. */
  load: () => Promise<void>
  children: ReactNode
}

/** The button for one more page of a list, and the words for a page that did not come. */
export function LoadMore({ className, disabled, load, children }: LoadMoreProps): ReactElement {
  const [fault, setFault] = useState<string | null>(null)
  const onClick = (): void => {
    setFault(null)
    load().catch((error: unknown) => setFault(error instanceof Error ? error.message : String(error)))
  }
  return (
    <>
      <button type="button" className={className} disabled={disabled} onClick={onClick}>
        {children}
      </button>
      {fault !== null && (
        <p className="symphainy-failure" role="alert">
          {fault}
        </p>
      )}
    </>
  )
}
