import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { texts } from '../texts.js'

type Copied = 'no' | 'yes' | 'refused'

/** How long the button says what became of the copy, in milliseconds. */
const SHOWN_MS = 2000

export function CodeBlock({ code, language }: { code: string; language: string }): ReactElement {
  const [copied, setCopied] = useState<Copied>('no')
  useEffect(() => {
    if (copied === 'no') return
    const timer = setTimeout(() => setCopied('no'), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = (): void => {
    // Without https there is no clipboard, and a person may refuse it.
    const written = navigator.clipboard === undefined ? Promise.reject(new Error('no clipboard')) : navigator.clipboard.writeText(code)
    written.then(
      () => setCopied('yes'),
      () => setCopied('refused'),
    )
  }
  return (
    <figure className="code">
      <figcaption>
        <span>{language.split(/\s/)[0]}</span>
        <button type="button" onClick={copy}>
          {copied === 'no' ? texts.chat.copy : copied === 'yes' ? texts.chat.copied : texts.chat.copyFailed}
        </button>
      </figcaption>
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
    </figure>
  )
}
