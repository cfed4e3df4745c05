'use client'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { RefObject } from 'react'

/** So near to the end, in CSS pixels, counts as being there. */
const NEAR = 48

export interface StickToEnd {
  scroller: RefObject<HTMLDivElement | null>
  content: RefObject<HTMLDivElement | null>
  atEnd: boolean
  isAtEnd: () => boolean
  toEnd: () => void
}

/**
 * Keeps the end in view while the reader is there, and leaves them alone when they have scrolled away.
 * `firstId`: when it changes, earlier messages came in above and what was in view stays where it was.
 * `ownId`: when it changes to another message, the reader has sent something and is brought to the end.
 */
export function useStickToEnd(firstId: string | undefined, ownId: string | undefined): StickToEnd {
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const stuck = useRef(true)
  const height = useRef(0)
  const [atEnd, setAtEnd] = useState(true)

  const toEnd = useCallback(() => {
    const box = scroller.current
    stuck.current = true
    setAtEnd(true)
    if (box !== null) box.scrollTop = box.scrollHeight
  }, [])
  const isAtEnd = useCallback(() => stuck.current, [])

  useEffect(() => {
    const box = scroller.current
    if (box === null || content.current === null) return
    let top = box.scrollTop
    const onScroll = (): void => {
      // The event comes late: text may have grown since. Only who has gone upwards has left the end.
      if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR) stuck.current = true
      else if (box.scrollTop < top) stuck.current = false
      top = box.scrollTop
      setAtEnd(stuck.current)
    }
    const grown = new ResizeObserver(() => {
      height.current = box.scrollHeight
      if (stuck.current) box.scrollTop = box.scrollHeight
    })
    box.addEventListener('scroll', onScroll, { passive: true })
    grown.observe(content.current)
    grown.observe(box)
    return () => {
      box.removeEventListener('scroll', onScroll)
      grown.disconnect()
    }
  }, [])

  useLayoutEffect(() => {
    const box = scroller.current
    if (box !== null && height.current > 0 && !stuck.current) box.scrollTop += box.scrollHeight - height.current
  }, [firstId])

  useLayoutEffect(() => {
    if (ownId !== undefined) toEnd()
  }, [ownId, toEnd])

  return { scroller, content, atEnd, isAtEnd, toEnd }
}
