import type { Source } from '@symphainy/protocol'
import { memo, useMemo, useRef } from 'react'
import type { ReactElement } from 'react'
import { blockHtml } from './blockHtml.js'
import { CodeBlock } from './codeBlock.js'
import { safeHtml } from './safeHtml.js'
import { EMPTY_SPLIT, splitFurther, splitWhole } from './tailSplitter.js'
import type { Block } from './tailSplitter.js'

const NO_SOURCES: readonly Source[] = []

/** An agent's text. While it streams only its tail is parsed; when it has ended, all of it once. */
export function Markdown({
  text,
  streaming,
  sources = NO_SOURCES,
}: {
  text: string
  streaming: boolean
  sources?: readonly Source[] | undefined
}): ReactElement {
  const split = useRef(EMPTY_SPLIT)
  const { blocks, hasReferences } = useMemo((): { blocks: readonly Block[]; hasReferences: boolean } => {
    if (!streaming) return splitWhole(text)
    split.current = splitFurther(split.current, text)
    return { blocks: [...split.current.settled, ...split.current.tail], hasReferences: false }
  }, [text, streaming])
  return (
    <>
      {blocks.map((block) => (
        <MarkdownBlock key={block.start} raw={block.token.raw} block={block} sources={sources} hasReferences={hasReferences} />
      ))}
    </>
  )
}

interface MarkdownBlockProps {
  raw: string
  block: Block
  sources: readonly Source[]
  /** Whether the whole text was parsed and defines references: then this block may have got addresses that it lacked. */
  hasReferences: boolean
}

const MarkdownBlock = memo(
  function MarkdownBlock({ block: { token }, sources }: MarkdownBlockProps): ReactElement {
    if (token.type === 'code') return <CodeBlock code={token['text'] as string} language={(token['lang'] as string | undefined) ?? ''} />
    if (token.type === 'table')
      return <div className="md-table" tabIndex={0} role="group" dangerouslySetInnerHTML={{ __html: safeHtml(blockHtml(token, sources)) }} />
    return <div className="md" dangerouslySetInnerHTML={{ __html: safeHtml(blockHtml(token, sources)) }} />
  },
  (before, after) => before.raw === after.raw && before.sources === after.sources && before.hasReferences === after.hasReferences,
)
