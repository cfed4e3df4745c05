import { CLOSE_CODES, type ErrorType } from '@symphainy/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SymphainyError } from './symphainyError.js'
import { websocketErrorHandler as handler } from './websocketErrorHandler.js'

/** The table of SPEC.md once more, by hand: a slip in either shows. */
const ROWS: readonly (readonly [code: number, type: ErrorType, retried: boolean])[] = [
  [1000, 'unknown', true],
  [1001, 'connection', true],
  [1002, 'unknown', false],
  [1003, 'unknown', false],
  [1005, 'connection', true],
  [1006, 'connection', true],
  [1007, 'unknown', false],
  [1008, 'auth', false],
  [1009, 'unknown', true],
  [1010, 'unknown', false],
  [1011, 'server', true],
  [1012, 'server', true],
  [1013, 'server', true],
  [1014, 'server', true],
  [1015, 'connection', true],
  [3000, 'auth', false],
  [3003, 'auth', false],
  [3008, 'connection', true],
  [4001, 'auth', false],
  [4003, 'auth', false],
  [4400, 'unknown', false],
  [4401, 'auth', false],
  [4403, 'auth', false],
  [4408, 'connection', true],
  [4409, 'unknown', false],
  [4429, 'server', true],
  // Not in the table.
  [3999, 'unknown', true],
  [4000, 'unknown', false],
  [4999, 'unknown', false],
]

describe('websocketErrorHandler', () => {
  it.each(ROWS)('[L22] %i is %s, retried: %s', (code, type, retried) => {
    const error = handler.createErrorFromCloseEvent({ code, reason: '' })
    expect(handler.getErrorTypeFromCloseEvent({ code })).toBe(type)
    expect(error).toMatchObject({ type, code, retryable: retried })
    expect(handler.isRetryableError(error)).toBe(retried)
    expect(handler.shouldRedirectToLogin(error)).toBe(type === 'auth')
    expect(handler.getUserFriendlyMessage(error)).toMatch(/^[A-Z].*\.$/)
    expect(handler.getUserFriendlyMessage(error)).not.toContain(String(code))
  })

  it('[L22] every row of the protocol’s table is tested here', () => {
    const tested = new Set(ROWS.map(([code]) => code))
    expect([...CLOSE_CODES.keys()].filter((code) => !tested.has(code))).toEqual([])
  })

  it.each<[string, ErrorType]>([
    ['Unauthorized', 'auth'],
    ['the token has expired', 'auth'],
    ['Invalid session', 'auth'],
    ['Failed to fetch', 'connection'],
    ['connect ECONNREFUSED 127.0.0.1:3000', 'connection'],
    ['Network request timed out', 'connection'],
    ['502 Bad Gateway', 'server'],
    ['Internal Server Error', 'server'],
    // Words that only sound like it.
    ['Unexpected token < in JSON at position 0', 'unknown'],
    ['session storage quota', 'unknown'],
    ['the networking committee', 'unknown'],
    ['tokenization failed', 'unknown'],
    ['', 'unknown'],
  ])('[L23] "%s" is %s', (message, type) => {
    expect(handler.getErrorTypeFromMessage(message)).toBe(type)
    expect(handler.createErrorFromError(new Error(message)).type).toBe(type)
  })

  it('[L23] the text is bounded: what stands far behind is not read', () => {
    expect(handler.getErrorTypeFromMessage(`${'x '.repeat(500)}unauthorized`)).toBe('unknown')
  })

  it('[L23] any text is taken in a moment and gives a type', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 5_000 }), (text) => ['auth', 'connection', 'server', 'unknown'].includes(handler.getErrorTypeFromMessage(text))),
    )
  })

  it('[L23] codes decide before words', () => {
    expect(handler.createErrorFromError(new SymphainyError('network', { message: 'unauthorized' })).type).toBe('connection')
    expect(handler.createErrorFromError(new SymphainyError('unavailable', { status: 503 }))).toMatchObject({ type: 'server', retryable: true })
    expect(handler.createErrorFromError(new SymphainyError('expired', { status: 401 }))).toMatchObject({ type: 'auth', retryable: false })
    expect(handler.createErrorFromError('thrown as it is').type).toBe('unknown')
  })
})
