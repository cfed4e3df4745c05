import { describe, expect, it } from 'vitest'
import { CLOSE, CLOSE_CODES, closeFacts, type CloseReaction, type ErrorType } from './closeCodes.js'

/** The table of SPEC.md written out once more by hand: a slip in either shows. */
const TABLE: readonly [number, ErrorType, CloseReaction][] = [
  [1000, 'unknown', 'retry'],
  [1001, 'connection', 'retry'],
  [1002, 'unknown', 'stop'],
  [1003, 'unknown', 'stop'],
  [1005, 'connection', 'retry'],
  [1006, 'connection', 'retry'],
  [1007, 'unknown', 'stop'],
  [1008, 'auth', 'reject'],
  [1009, 'unknown', 'retryAfterMarking'],
  [1010, 'unknown', 'stop'],
  [1011, 'server', 'retry'],
  [1012, 'server', 'retry'],
  [1013, 'server', 'retrySlowly'],
  [1014, 'server', 'retry'],
  [1015, 'connection', 'retry'],
  [3000, 'auth', 'validate'],
  [3003, 'auth', 'reject'],
  [3008, 'connection', 'retry'],
  [4001, 'auth', 'validate'],
  [4003, 'auth', 'reject'],
  [4400, 'unknown', 'stop'],
  [4401, 'auth', 'validate'],
  [4403, 'auth', 'reject'],
  [4408, 'connection', 'retry'],
  [4409, 'unknown', 'yield'],
  [4429, 'server', 'retry'],
]

describe('close codes', () => {
  it.each(TABLE)('[L22] %i is of type %s and its reaction is %s', (code, type, reaction) => {
    expect(closeFacts(code)).toMatchObject({ type, reaction })
  })

  it('[L22] has no row beside these', () => {
    expect([...CLOSE_CODES.keys()].sort((a, b) => a - b)).toEqual(TABLE.map(([code]) => code))
  })

  it.each([4000, 4002, 4500, 4999])('%i, a 4xxx outside the table, stops', (code) => {
    expect(closeFacts(code)).toMatchObject({ type: 'unknown', reaction: 'stop' })
  })

  it.each([1004, 1016, 2000, 3001, 3999, 5000, 0])('%i, anything else outside the table, retries', (code) => {
    expect(closeFacts(code)).toMatchObject({ type: 'unknown', reaction: 'retry' })
  })

  it('[FR1] the platform never sends 1008, which clients take for auth', () => {
    expect(Object.values(CLOSE)).not.toContain(1008)
    for (const code of Object.values(CLOSE)) expect(CLOSE_CODES.has(code)).toBe(true)
  })
})
