import type { Links, Token } from 'marked'
import { BoundedLexer } from './boundedLexer.js'

/** A block of Markdown: a paragraph, a list, a table, a fenced code. */
export interface Block {
  token: Token
  /** Where it begins in the text; with the text's beginning unchanged it identifies the block. */
  start: number
}

export interface SplitText {
  /** The text that was split. */
  text: string
  /** Blocks that later text cannot change, except for references that are defined further down. */
  settled: readonly Block[]
  /** Where the tail begins, in UTF-16 units. */
  tailStart: number
  tail: readonly Block[]
}

export const EMPTY_SPLIT: SplitText = { text: '', settled: [], tailStart: 0, tail: [] }

/**
 * Splits text into blocks, from what was split before: only the tail is parsed anew, so that the cost of a token is
 * that of the last block and not that of the whole answer. Pure.
 */
export function splitFurther(before: SplitText, text: string): SplitText {
  const from = text.startsWith(before.text) ? before : EMPTY_SPLIT
  if (text === from.text) return from
  const blocks = blocksOf(text, from.tailStart)
  // The last block may still grow, and a blank line after it does not end it: a list goes on after one. While its first
  // line is not complete it may even turn out to belong to the block before: "1" looks like a paragraph, "1. x" does not.
  const isOpen = blocks.at(-1)?.token.raw.includes('\n') === false
  const tail = blocks.slice(isOpen ? -2 : -1)
  const first = tail[0]
  if (first === undefined) return { ...from, text, tail }
  const settled = blocks.slice(0, -tail.length)
  return { text, settled: settled.length === 0 ? from.settled : [...from.settled, ...settled], tailStart: first.start, tail }
}

/** The whole text at once: what is shown when a message has ended, with references resolved wherever they are defined. Pure. */
export function splitWhole(text: string): { blocks: readonly Block[]; hasReferences: boolean } {
  const blocks = blocksOf(text, 0)
  return { blocks, hasReferences: Object.keys(blocks.links).length > 0 }
}

function blocksOf(text: string, from: number): Block[] & { links: Links } {
  const tokens = new BoundedLexer().lex(text.slice(from))
  const blocks: Block[] & { links: Links } = Object.assign([], { links: tokens.links })
  let start = from
  for (const token of tokens) {
    if (token.type !== 'space' && token.type !== 'def') blocks.push({ token, start })
    start += token.raw.length
  }
  return blocks
}
