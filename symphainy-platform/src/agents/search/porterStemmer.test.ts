import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stem } from './porterStemmer.js'

/** Pairs from the examples in the paper, step by step; a last step may shorten them further. */
const PAIRS: Readonly<Record<string, string>> = {
  caresses: 'caress',
  ponies: 'poni',
  ties: 'ti',
  caress: 'caress',
  cats: 'cat',
  feed: 'feed',
  agreed: 'agre',
  plastered: 'plaster',
  bled: 'bled',
  motoring: 'motor',
  sing: 'sing',
  conflated: 'conflat',
  troubled: 'troubl',
  sized: 'size',
  hopping: 'hop',
  falling: 'fall',
  hissing: 'hiss',
  failing: 'fail',
  filing: 'file',
  happy: 'happi',
  sky: 'sky',
  relational: 'relat',
  conditional: 'condit',
  rational: 'ration',
  digitizer: 'digit',
  radically: 'radic',
  vietnamization: 'vietnam',
  operator: 'oper',
  hopefulness: 'hope',
  triplicate: 'triplic',
  formative: 'form',
  formalize: 'formal',
  electrical: 'electr',
  goodness: 'good',
  revival: 'reviv',
  allowance: 'allow',
  inference: 'infer',
  adjustable: 'adjust',
  replacement: 'replac',
  adoption: 'adopt',
  effective: 'effect',
  probate: 'probat',
  rate: 'rate',
  cease: 'ceas',
  controll: 'control',
  roll: 'roll',
}

describe('stem', () => {
  it.each(Object.entries(PAIRS))('of %s is %s', (word, expected) => {
    expect(stem(word)).toBe(expected)
  })

  it('brings the forms of a word together', () => {
    expect(new Set(['connect', 'connected', 'connecting', 'connection', 'connections'].map(stem)).size).toBe(1)
    expect(stem('configuration')).toBe(stem('configure'))
  })

  it('leaves numbers, short words and names with digits alone', () => {
    expect(['4409', 'is', 'ag-ui', 'sha256'].map(stem)).toEqual(['4409', 'is', 'ag-ui', 'sha256'])
  })

  it('never throws, never gives an empty string, never grows by more than one letter', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,24}$/), (word) => {
        const stemmed = stem(word)
        expect(stemmed.length).toBeGreaterThan(0)
        expect(stemmed.length).toBeLessThanOrEqual(word.length + 1)
      }),
    )
  })
})
