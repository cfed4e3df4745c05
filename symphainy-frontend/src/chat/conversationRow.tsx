import type { ConversationRecord } from '@symphainy/protocol'
import type { UnifiedAgentChat } from '@symphainy/react'
import { useId, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { Sign } from '../design/icons.js'
import { texts } from '../texts.js'
import { agoWords } from '../words/durations.js'

type RowMode = { mode: 'shown' } | { mode: 'renaming' } | { mode: 'asking' } | { mode: 'busy' } | { mode: 'failed'; message: string }

interface ConversationRowProps {
  record: ConversationRecord
  chat: UnifiedAgentChat
  isUnread: boolean
  onOpened: () => void
}

export function ConversationRow({ record, chat, isUnread, onOpened }: ConversationRowProps): ReactElement {
  const own = texts.chat
  const [row, setRow] = useState<RowMode>({ mode: 'shown' })
  const titleId = useId()
  const opener = useRef<HTMLButtonElement>(null)
  const back = (): void => {
    setRow({ mode: 'shown' })
    requestAnimationFrame(() => opener.current?.focus())
  }
  const perform = (work: Promise<void>): void => {
    setRow({ mode: 'busy' })
    work.then(back, (error: unknown) => setRow({ mode: 'failed', message: error instanceof Error ? error.message : String(error) }))
  }

  if (row.mode === 'renaming') {
    return (
      <li className="row editing">
        <form
          onSubmit={(event) => {
            event.preventDefault()
            const title = String(new FormData(event.currentTarget).get('title')).trim()
            if (title === '' || title === record.title) back()
            else perform(chat.renameConversation(record.id, title))
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            event.stopPropagation()
            back()
          }}
        >
          <input name="title" aria-label={own.newTitle} defaultValue={record.title} maxLength={200} autoFocus onFocus={(event) => event.target.select()} />
          <div className="actions">
            <button type="submit" className="button small primary">
              {own.save}
            </button>
            <button type="button" className="button small" onClick={back}>
              {own.cancel}
            </button>
          </div>
        </form>
      </li>
    )
  }
  if (row.mode === 'asking') {
    return (
      <li className="row editing">
        <p>{own.deleteQuestion}</p>
        <p className="row-title">{record.title}</p>
        <div className="actions">
          <button type="button" className="button small danger" onClick={() => perform(chat.deleteConversation(record.id))}>
            {own.deleteYes}
          </button>
          <button type="button" className="button small" autoFocus onClick={back}>
            {own.deleteNo}
          </button>
        </div>
      </li>
    )
  }
  return (
    <li className="row" aria-busy={row.mode === 'busy'}>
      <button
        ref={opener}
        type="button"
        className="row-open"
        aria-current={record.id === chat.conversation.id ? 'true' : undefined}
        onClick={() => {
          chat.openConversation(record.id)
          onOpened()
        }}
      >
        <span id={titleId} className="row-title" dir="auto">
          {record.title}
        </span>
        <span className="row-time">
          {isUnread && <span className="unread">{own.unread}</span>}
          {agoWords(record.updatedAt, Date.now())}
        </span>
      </button>
      <span className="row-tools">
        <button type="button" aria-label={own.rename} aria-describedby={titleId} onClick={() => setRow({ mode: 'renaming' })}>
          <Sign name="pencil" />
        </button>
        <button type="button" aria-label={own.delete} aria-describedby={titleId} onClick={() => setRow({ mode: 'asking' })}>
          <Sign name="bin" />
        </button>
      </span>
      {row.mode === 'failed' && (
        <p className="field-fault" role="alert">
          {row.message}
        </p>
      )}
    </li>
  )
}
