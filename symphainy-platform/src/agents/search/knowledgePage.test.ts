import { describe, expect, it } from 'vitest'
import { sectionsOf } from './knowledgePage.js'

const PAGE = `# Ports

What ports are.

## Change the \`PORT\`

Set it. Then start:

\`\`\`sh
# not a heading
PORT=1 npm start
\`\`\`

1. One
2. Two

## Empty

## Notes

| a | b |
|---|---|
| 1 | [x](y.md) |

- first
  line
- second

<script>alert(1)</script>

## Notes

> Quoted.
`

describe('sectionsOf', () => {
  const sections = sectionsOf(PAGE, 'operations/ports', 'operations')

  it('splits at headings, also for text before the first, and leaves out empty ones', () => {
    expect(sections.map(({ heading, anchor }) => [heading, anchor])).toEqual([
      ['Ports', 'ports'],
      ['Change the `PORT`', 'change-the-port'],
      ['Notes', 'notes'],
      ['Notes', 'notes-1'],
    ])
    expect(new Set(sections.map(({ title, path, pillar }) => `${title} ${path} ${pillar}`))).toEqual(new Set(['Ports operations/ports operations']))
  })

  it('keeps sentences, code, steps, tables and lists apart, and no HTML', () => {
    expect(sections[1]?.blocks).toEqual([
      { type: 'prose', sentences: ['Set it.', 'Then start:'] },
      { type: 'code', raw: '```sh\n# not a heading\nPORT=1 npm start\n```' },
      { type: 'steps', items: ['One', 'Two'] },
    ])
    expect(sections[2]?.blocks).toEqual([
      { type: 'table', header: ['a', 'b'], rows: [['1', '[x](/knowledge/operations/y)']] },
      { type: 'list', items: ['first line', 'second'] },
    ])
  })

  it('takes a page without any heading under its file name', () => {
    expect(sectionsOf('Just text.', 'a/note', null)).toEqual([
      { path: 'a/note', pillar: null, title: 'note', heading: 'note', anchor: '', blocks: [{ type: 'prose', sentences: ['Just text.'] }] },
    ])
  })
})
