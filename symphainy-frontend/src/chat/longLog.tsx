import { messageKey } from '@symphainy/react'
import type { RenderedLog } from '@symphainy/react'
import { Fragment, useEffect, useRef } from 'react'
import type { ReactElement } from 'react'
import { Virtualizer } from 'virtua'
import type { VirtualizerHandle } from 'virtua'

/** Above so many messages only those near the view are in the page. */
const LONG = 60

/** The log as it is while it is short, so that search in the page and screen readers have all of it; only what is near the view when it is long. */
export function LongLog(log: RenderedLog): ReactElement {
  const { messages, renderMessage } = log
  const shown = useRef({ first: '', count: 0, isLong: false })
  const before = shown.current
  const isLong = before.isLong || messages.length > LONG
  const first = messages[0] === undefined ? '' : messageKey(messages[0])
  // Earlier messages came in above: the one that was first must stay where the reader sees it.
  const came = before.count > 0 && first !== before.first ? messages.findIndex((message) => messageKey(message) === before.first) : 0
  useEffect(() => {
    shown.current = { first, count: messages.length, isLong }
  })
  if (!isLong)
    return (
      <>
        {messages.map((message) => (
          <Fragment key={messageKey(message)}>{renderMessage(message)}</Fragment>
        ))}
      </>
    )
  return <VirtualLog {...log} came={Math.max(0, came)} startAt={before.isLong ? 0 : Math.max(0, came)} />
}

function VirtualLog({ messages, renderMessage, scroller, isAtEnd, keepPlace, came, startAt }: RenderedLog & { came: number; startAt: number }): ReactElement {
  const handle = useRef<VirtualizerHandle>(null)
  const start = useRef(startAt)
  useEffect(() => {
    // From now on, and not in the step from the short log to this one.
    keepPlace()
    if (!isAtEnd() && start.current > 0) handle.current?.scrollToIndex(start.current, { align: 'start' })
  }, [isAtEnd, keepPlace])
  return (
    <Virtualizer ref={handle} scrollRef={scroller} shift={came > 0} itemSize={160}>
      {messages.map((message) => (
        <div key={messageKey(message)} className="log-row">
          {renderMessage(message)}
        </div>
      ))}
    </Virtualizer>
  )
}
