'use client'
import type { ChatStore } from '@symphainy/client'
import { useEffect, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import type { ChatPanelIcons, Drafts } from './chatPanelApi.js'
import type { ChatPanelTexts } from './chatPanelTexts.js'

interface ComposerProps {
  texts: ChatPanelTexts
  icons: ChatPanelIcons
  /** Whether it takes the focus when it appears; never where that would raise a keyboard over the page. */
  focused: boolean
  drafts: Drafts | undefined
  draftKey: string
  disabled: boolean
  running: boolean
  onSend: ChatStore['sendMessage']
  onStop: () => void
}

/** Enter sends, Shift+Enter breaks the line, Escape stops the answer. */
export function Composer({ texts, icons, focused, drafts, draftKey, disabled, running, onSend, onStop }: ComposerProps): ReactElement {
  const [text, setText] = useState(() => drafts?.load(draftKey) ?? '')
  const [refusal, setRefusal] = useState<string | null>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const save = useRef(drafts?.save)
  useEffect(() => {
    save.current = drafts?.save
  })

  useEffect(() => {
    if (focused && window.matchMedia('(pointer: fine)').matches) field.current?.focus()
  }, [focused])

  const change = (next: string, key: string): void => {
    setText(next)
    setRefusal(null)
    save.current?.(key, next)
  }
  const send = (): void => {
    if (text.trim() === '') return
    const { result, error } = onSend(text)
    if (result === 'refused') setRefusal(error?.message ?? null)
    else change('', draftKey)
    field.current?.focus()
  }

  return (
    <form
      className="symphainy-composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {refusal !== null && (
        <p className="symphainy-refusal" role="alert">
          {refusal}
        </p>
      )}
      <textarea
        ref={field}
        className="symphainy-field"
        aria-label={texts.message}
        placeholder={texts.placeholder}
        rows={1}
        dir="auto"
        disabled={disabled}
        value={text}
        onChange={(event) => change(event.target.value, draftKey)}
        onKeyDown={(event) => {
          // While an input method composes, Enter and Escape belong to it.
          if (event.nativeEvent.isComposing) return
          if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault()
            send()
          } else if (event.key === 'Escape' && running) onStop()
        }}
      />
      {running && (
        <button type="button" className="symphainy-stop" onClick={onStop}>
          {icons.stop}
          <span>{texts.stop}</span>
        </button>
      )}
      <button type="submit" className="symphainy-send" disabled={disabled || text.trim() === ''}>
        {icons.send}
        <span>{texts.send}</span>
      </button>
    </form>
  )
}
