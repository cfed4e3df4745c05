import { expect, it } from 'vitest'
import { titleOf } from './runFacts.js'

it.each([
  ['  one\n\n two ', 'one two'],
  ['a\u0000b\ud800c', 'a b c'],
  ['\u202Egnp.exe', 'gnp.exe'],
  ['\u200B\u200B', '…'],
  ['👩‍👩‍👧‍👦 family', '👩‍👩‍👧‍👦 family'],
  ['x'.repeat(100), 'x'.repeat(60)],
])('[FR7] the title of %j is %j', (text, title) => {
  expect(titleOf(text)).toBe(title)
})
