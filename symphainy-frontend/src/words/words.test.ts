import { describe, expect, it } from 'vitest'
import { agoWords, durationWords, waitWords } from './durations.js'
import { timelineRows } from './timelineRows.js'

describe('[words] durations', () => {
  it.each([
    [-5, '0 s'],
    [0, '0 s'],
    [999, '0 s'],
    [4_000, '4 s'],
    [185_000, '3 min 5 s'],
    [180_000, '3 min'],
    [7_800_000, '2 h 10 min'],
    [3_600_000, '1 h'],
    [435_600_000, '5 d 1 h'],
  ])('%d ms is %s', (ms, words) => {
    expect(durationWords(ms)).toBe(words)
  })

  it('says how long to wait, rounded up, and nothing when no time was told', () => {
    expect(waitWords(1_200)).toBe('Try again in 2 s.')
    expect(waitWords(undefined)).toBe('')
  })

  it('[AU5] a clock that is behind gives no time to come', () => {
    expect(agoWords(10_000, 0)).toBe('just now')
    expect(agoWords(0, 300_000)).toBe('5 min ago')
    expect(agoWords(0, 90_000_000)).toBe('1 d ago')
  })
})

it('[timeline] has the newest first, each with how long it lasted by the monotonic clock', () => {
  const wallTime = Date.UTC(2026, 10, 23, 12)
  const rows = timelineRows(
    [
      { atMs: 1000, wallTime, state: 'opening', detail: 'a' },
      // The wall clock was set back an hour; the durations do not know.
      { atMs: 1250, wallTime: wallTime - 3_600_000, state: 'ready', detail: 'b' },
      { atMs: 66_250, wallTime, state: 'waiting', detail: 'c' },
    ],
    'en',
  )
  expect(rows.map(({ state, lasted }) => [state, lasted])).toEqual([
    ['waiting', ''],
    ['ready', '1 min 5 s'],
    ['opening', '250 ms'],
  ])
})
