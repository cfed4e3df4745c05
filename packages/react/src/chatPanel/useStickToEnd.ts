'use client'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { RefObject } from 'react'

/** So near to the end, in CSS pixels, counts as being there. */
const NEAR = 48

/** So long after wheel, finger, key or scroll bar a scrolling is the reader's, in milliseconds. */
const TOUCH_MS = 1000
const TOUCHES = ['wheel', 'touchmove', 'keydown', 'pointermove'] as const

export interface StickToEnd {
  scroller: RefObject<HTMLDivElement | null>
  content: RefObject<HTMLDivElement | null>
  atEnd: boolean
  isAtEnd: () => boolean
  /** From now on what is rendered keeps its own place when earlier messages come in. */
  keepPlace: () => void
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
  const keepsPlace = useRef(false)
  const [atEnd, setAtEnd] = useState(true)

  const toEnd = useCallback(() => {
    const box = scroller.current
    stuck.current = true
    setAtEnd(true)
    if (box !== null) box.scrollTop = box.scrollHeight
  }, [])
  const keepPlace = useCallback(() => {
    keepsPlace.current = true
  }, [])
  const isAtEnd = useCallback(() => stuck.current, [])

  useEffect(() => {
    const box = scroller.current
    if (box === null || content.current === null) return
    let top = box.scrollTop
    let touchedAt = -TOUCH_MS
    const onTouch = (event: Event): void => {
      const isIdleMouse = event instanceof PointerEvent && event.type === 'pointermove' && event.buttons === 0
      if (!isIdleMouse) touchedAt = event.timeStamp
    }
    const onScroll = (event: Event): void => {
      // The event comes late: text may have grown since, and measuring what is far away moves the view a little. Only a
      // reader who went upwards has left the end, or a jump that no measuring explains.
      const up = top - box.scrollTop
      if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR) stuck.current = true
      else if (up > box.clientHeight / 2 || (up > 0 && event.timeStamp - touchedAt < TOUCH_MS)) stuck.current = false
      top = box.scrollTop
      setAtEnd(stuck.current)
    }
    const grown = new ResizeObserver(() => {
      height.current = box.scrollHeight
      if (stuck.current) box.scrollTop = box.scrollHeight
    })
    box.addEventListener('scroll', onScroll, { passive: true })
    for (const type of TOUCHES) box.addEventListener(type, onTouch, { passive: true })
    grown.observe(content.current)
    grown.observe(box)
    return () => {
      box.removeEventListener('scroll', onScroll)
      for (const type of TOUCHES) box.removeEventListener(type, onTouch)
      grown.disconnect()
    }
  }, [])

  useLayoutEffect(() => {
    const box = scroller.current
    if (box !== null && height.current > 0 && !stuck.current && !keepsPlace.current) box.scrollTop += box.scrollHeight - height.current
  }, [firstId])

  useLayoutEffect(() => {
    if (ownId !== undefined) toEnd()
  }, [ownId, toEnd])

  return { scroller, content, atEnd, isAtEnd, keepPlace, toEnd }
}
