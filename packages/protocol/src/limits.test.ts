import { describe, expect, it } from 'vitest'
import { isUsableToken } from './accounts.js'
import { DEFAULT_LIMITS, fitsMessage, ID_PATTERN } from './limits.js'

describe('limits', () => {
  it('[FR2] a message ends at 32,768 units and at 128 KiB, whichever comes first', () => {
    expect(fitsMessage('a'.repeat(32_768), DEFAULT_LIMITS)).toBe(true)
    expect(fitsMessage('a'.repeat(32_769), DEFAULT_LIMITS)).toBe(false)
    const tight = { ...DEFAULT_LIMITS, messageBytes: 10 }
    expect(fitsMessage('äöü€', tight)).toBe(true)
    expect(fitsMessage('€€€€', tight)).toBe(false)
  })

  it('[RS7] ids are 8 to 64 letters, digits, _ or -', () => {
    for (const id of ['a'.repeat(8), 'A-z_0123', 'a'.repeat(64)]) expect(ID_PATTERN.test(id)).toBe(true)
    for (const id of ['', 'a'.repeat(7), 'a'.repeat(65), 'with space', 'nötascii1', '@user', 'abcdefgh\n']) expect(ID_PATTERN.test(id)).toBe(false)
  })

  it('[AU2] a usable token is a string, not blank, not the placeholder', () => {
    for (const token of [undefined, null, 7, {}, '', '  ', '\n', 'token_placeholder']) expect(isUsableToken(token)).toBe(false)
    expect(isUsableToken('x')).toBe(true)
  })
})
