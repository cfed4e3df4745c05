import { describe, expect, it } from 'vitest'
import { blockHtml } from './blockHtml.js'
import { EMPTY_SPLIT, splitFurther, splitWhole } from './tailSplitter.js'

const html = (markdown: string): string =>
  splitWhole(markdown)
    .blocks.map(({ token }) => blockHtml(token, []))
    .join('')

describe('[Markdown bombs] text that would overflow or stall the parser is shown as written', () => {
  // Without a limit each of these ends in a RangeError, or takes between eight seconds and minutes.
  const bombs: Record<string, string> = {
    'quotes in quotes': '> '.repeat(20_000),
    'lists in lists': '1. '.repeat(20_000),
    'lists in lists, by indentation': Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth * 2)}- x`).join('\n'),
    'emphasis in emphasis': `${'**a '.repeat(25_000)}${'b** '.repeat(25_000)}`,
    'crossed out in crossed out': `${'~a ~~b '.repeat(12_500)}${'c~~ d~ '.repeat(12_500)}`,
    'emphasis that never pairs': '*a_'.repeat(66_666),
    'an address that never ends': `${'a.'.repeat(100_000)}@`,
  }
  for (const [name, text] of Object.entries(bombs)) {
    it(`${name}: whole, and while it streams`, () => {
      expect(html(text).length).toBeGreaterThan(0)
      const { tail } = splitFurther(splitFurther(EMPTY_SPLIT, text.slice(0, -50)), text)
      expect(tail.map(({ token }) => blockHtml(token, [])).join('').length).toBeGreaterThan(0)
    })
  }

  it('keeps every sign of it, escaped', () => {
    expect(html(`${'*a_'.repeat(1_000)}<b>`)).toBe(`<p>${'*a_'.repeat(1_000)}&lt;b&gt;</p>\n`)
  })

  it('touches nothing that a person or a model would write', () => {
    expect(html('> > > - **a *b* c**')).toBe(
      '<blockquote>\n<blockquote>\n<blockquote>\n<ul>\n<li><strong>a <em>b</em> c</strong></li>\n</ul>\n</blockquote>\n</blockquote>\n</blockquote>\n',
    )
    expect(html('| a |\n|---|\n' + '| **b** |\n'.repeat(1_000)).match(/<strong>/g)).toHaveLength(1_000)
  })
})
