'use client'

import { useInsertionEffect, useRef, type RefObject } from 'react'

/** The value of the last committed render, for callbacks that may change at each render without being a dependency. [L4] */
export function useLatest<T>(value: T): RefObject<T> {
  const latest = useRef(value)
  useInsertionEffect(() => {
    latest.current = value
  })
  return latest
}
