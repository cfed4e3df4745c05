// @vitest-environment happy-dom
import type { Source } from '@symphainy/protocol'
import { describe, expect, it } from 'vitest'
import { blockHtml } from './blockHtml.js'
import { safeHtml } from './safeHtml.js'
import { splitWhole } from './tailSplitter.js'

const html = (markdown: string, sources: readonly Source[] = []): string =>
  splitWhole(markdown)
    .blocks.map(({ token }) => safeHtml(blockHtml(token, sources)))
    .join('')

function elements(markup: string): Element[] {
  const box = document.createElement('div')
  box.innerHTML = markup
  return [...box.querySelectorAll('*')]
}

describe('[HTML in answers] [UI4]', () => {
  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    'text <img src=x onerror=alert(1)> text',
    '<svg onload=alert(1)>',
    '<iframe src="https://example.com"></iframe>',
    '<a href="javascript:alert(1)">x</a>',
    '<style>*{display:none}</style>',
    '<form action="https://example.com"><input name=q></form>',
  ])('shows %s as text and makes no element of it', (hostile) => {
    const made = elements(html(hostile))
    expect(made.map((element) => element.tagName).filter((name) => name !== 'P')).toEqual([])
    expect(made.flatMap((element) => element.getAttributeNames())).toEqual([])
  })

  it.each(['[x](javascript:alert(1))', '[x](JaVaScRiPt:alert(1))', '[x](data:text/html,<script>alert(1)</script>)', '[x](vbscript:x)', '[x](//evil.example)'])(
    'gives %s no address',
    (hostile) => {
      expect(elements(html(hostile)).filter((element) => element.hasAttribute('href'))).toEqual([])
    },
  )

  it('never lets an element keep a handler, a style, a class or an id of the page', () => {
    const made = elements(safeHtml('<p onclick="x()" style="color:red" class="symphainy-send" id="root">a</p>'))
    expect(made.flatMap((element) => element.getAttributeNames())).toEqual([])
  })

  it('calls no other server for a picture: it becomes a link', () => {
    const markup = html('![a cat](https://example.com/cat.png)')
    expect(markup).not.toContain('<img')
    expect(markup).toContain('href="https://example.com/cat.png"')
  })
})

it('[links] [UI4] open apart and tell nobody whence', () => {
  expect(html('[docs](https://example.com)')).toContain('rel="noopener noreferrer"')
})

describe('[sources]', () => {
  const sources = [{ n: 1, title: 'A "quoted" <title>', href: '/knowledge/a#b' }]

  it('a number that is cited leads to its source', () => {
    const [link] = elements(html('It is so [1].', sources)).filter((element) => element.tagName === 'A')
    expect(link?.getAttribute('href')).toBe('/knowledge/a#b')
    expect(link?.getAttribute('title')).toBe('A "quoted" <title>')
    expect(link?.className).toBe('cite')
  })

  it('a number without a source, and one in code, stay text', () => {
    const markup = html('No [2], and `a[1]`.', sources)
    expect(markup).not.toContain('<a')
    expect(markup).toContain('a[1]')
  })
})
