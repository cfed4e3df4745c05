import { expect, it } from 'vitest'
import { resolveLinks } from './markdownLinks.js'

it.each([
  ['[a](limits.md)', '[a](/knowledge/operations/limits)'],
  ['[a](../keyboard.md#skip)', '[a](/knowledge/keyboard#skip)'],
  ['[a](#here)', '[a](/knowledge/operations/install#here)'],
  ['[a](https://example.com/x)', '[a](https://example.com/x)'],
  ['[a](limits.md "Limits") and [b](../x.md)', '[a](/knowledge/operations/limits) and [b](/knowledge/x)'],
])('%s becomes %s', (from, to) => {
  expect(resolveLinks(from, 'operations/install')).toBe(to)
})

it.each([
  '[words](javascript:alert(1).md)',
  '[words](../../../etc/passwd.md)',
  '[words](/etc/passwd.md)',
  '[words](data:text/html,x)',
  '![words](https://example.com/pixel.png)',
  '[words](file.pdf)',
  '[words](#)',
])('keeps only the words of %s', (from) => {
  expect(resolveLinks(from, 'operations/install').replace('.md)', '')).toBe('words')
})
