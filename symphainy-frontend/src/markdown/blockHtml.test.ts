import { expect, it } from 'vitest'
import { blockHtml } from './blockHtml.js'
import { splitWhole } from './tailSplitter.js'

const html = (markdown: string): string =>
  splitWhole(markdown)
    .blocks.map(({ token }) => blockHtml(token, []))
    .join('')

it('[markdown] headings begin below those of the page, and never below the sixth', () => {
  expect(html('# One')).toBe('<h3>One</h3>')
  expect(html('###### Six')).toBe('<h6>Six</h6>')
})

it('[markdown] entities and signs are escaped once', () => {
  expect(html('a < b & "c" &amp; d')).toBe('<p>a &lt; b &amp; &quot;c&quot; &amp; d</p>\n')
})

it('[markdown] references are resolved wherever they are defined', () => {
  expect(html('[a][1]\n\ntext\n\n[1]: https://example.com')).toContain('href="https://example.com"')
})

it('[markdown] tasks show their mark without a form', () => {
  expect(html('- [x] done\n- [ ] open')).not.toContain('<input')
})
