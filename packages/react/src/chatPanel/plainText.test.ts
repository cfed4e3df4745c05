import { expect, it } from 'vitest'
import { plainText } from './plainText.js'

it.each([
  ['**Bold** and `code`.', 'Bold and code.'],
  ['See [the guide](https://example.com/a_b) [1].', 'See the guide.'],
  ['# Title\n\n- one\n- two', 'Title one two'],
  ['```sh\nnpm start\n```', 'npm start'],
  ['snake_case_name stays', 'snake_case_name stays'],
  ['2 * 3 * 4', '2 * 3 * 4'],
])('[announcer] [UI6] speaks %j as %j', (markdown, words) => {
  expect(plainText(markdown)).toBe(words)
})

it.each(['[', '[a](', '![', '\n', '*a '])('[announcer] 200,000 signs of %j are spoken without a halt', (piece) => {
  // Without an end to what the patterns repeat, each of these takes from five seconds to minutes.
  expect(plainText(piece.repeat(200_000 / piece.length))).toBeTypeOf('string')
})
