import fc from 'fast-check'
import { expect, it } from 'vitest'
import { EMPTY_SPLIT, splitFurther, splitWhole } from './tailSplitter.js'
import type { Block, SplitText } from './tailSplitter.js'

const PIECES = [
  '# A heading\n\n',
  'A paragraph with **bold** and `code`.\n\n',
  'Two lines\nof one paragraph\n\n',
  '- one\n- two\n\n  more of two\n\n- three\n\n',
  '1. first\n2. second\n\n',
  '```ts\nconst a = 1\n\n# no heading\n```\n\n',
  '> quoted\nlazily\n\n',
  '| a | b |\n|---|---|\n| 1 | 2 |\n\n',
  'Setext\n===\n\n',
  '---\n\n',
  '    indented code\n\n',
  '☂ 𝒳 emoji 🎻 text\n\n',
]

const rawsOf = (blocks: readonly Block[]): [number, string, string][] => blocks.map(({ start, token }) => [start, token.type, token.raw.trimEnd()])

function streamed(chunks: readonly string[]): SplitText {
  let split = EMPTY_SPLIT
  let text = ''
  for (const chunk of chunks) split = splitFurther(split, (text += chunk))
  return split
}

it('[tail] gives the same blocks as parsing all at once, however the text is cut', () => {
  const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((all) => all.join(''))
  fc.assert(
    fc.property(pieces, fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1, maxLength: 40 }), (text, sizes) => {
      const chunks: string[] = []
      for (let at = 0, i = 0; at < text.length; i++) {
        const size = sizes[i % sizes.length] ?? 1
        chunks.push(text.slice(at, at + size))
        at += size
      }
      const { settled, tail } = streamed(chunks)
      expect(rawsOf([...settled, ...tail])).toEqual(rawsOf(splitWhole(text).blocks))
    }),
    { numRuns: 400 },
  )
})

it('[tail] parses the last block only: what is settled stays the same object', () => {
  const before = streamed(['First.\n\nSecond.\n\nThird\nli'])
  const after = splitFurther(before, 'First.\n\nSecond.\n\nThird\nline')
  expect(before.settled).toHaveLength(2)
  expect(after.settled).toBe(before.settled)
  expect(after.tail.map(({ token }) => token.raw)).toEqual(['Third\nline'])
})

it('[tail] a list goes on after a blank line', () => {
  expect(streamed(['- a\n\n', '- b\n']).settled).toHaveLength(0)
})

it('[tail] text that is not a continuation is split anew', () => {
  expect(rawsOf(splitFurther(streamed(['Old text\n\nmore']), 'New').tail)).toEqual([[0, 'paragraph', 'New']])
})

it('[tail] a line that is not complete may still belong to the block before', () => {
  const { settled, tail } = streamed(['1. a\n\n', '1', '. b\n'])
  expect(settled).toHaveLength(0)
  expect(tail).toHaveLength(1)
})

it('[tail] an unclosed fence is one block to the end, whatever it holds', () => {
  const { settled, tail } = streamed(['Before\n\n```md\n# a\n\n', '- b\n\nc'])
  expect(settled).toHaveLength(1)
  expect(tail[0]?.token.type).toBe('code')
})
