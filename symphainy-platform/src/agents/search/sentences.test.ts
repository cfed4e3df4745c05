import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sentencesOf } from './sentences.js'

describe('sentencesOf', () => {
  it('cuts behind the marks that end a sentence', () => {
    expect(sentencesOf('One. Two!\nThree? “Four.” (Five.) 6 is six.')).toEqual(['One.', 'Two!', 'Three?', '“Four.”', '(Five.)', '6 is six.'])
  })

  it('keeps addresses, versions and abbreviations whole', () => {
    expect(sentencesOf('Use Node 20.19 or newer, e.g. Node 22. See example.com for more.')).toEqual([
      'Use Node 20.19 or newer, e.g. Node 22.',
      'See example.com for more.',
    ])
  })

  it('never cuts inside code, links, emphasis or brackets', () => {
    for (const whole of ['Run `a. B` now.', 'See [this. That](x.md) first.', 'It is **bold. Really** so.', 'This (one. Two) stays.'])
      expect(sentencesOf(whole)).toEqual([whole])
  })

  it('loses nothing but line ends', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('One.', 'Two', '`a. B`', '**C', 'D**', '[e', '](f)', '(g.', 'H!)', '\n'), { maxLength: 20 }), (pieces) => {
        const text = pieces.join(' ')
        expect(sentencesOf(text).join(' ').replace(/\s+/g, ' ')).toBe(text.replace(/\s+/g, ' ').trim())
      }),
    )
  })
})
