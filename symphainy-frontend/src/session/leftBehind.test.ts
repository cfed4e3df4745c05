import { describe, expect, it } from 'vitest'
import { keepingOf, leftBehind } from './leftBehind.js'

const KEYS = ['symphainy.draft.ada.new', 'symphainy.draft.ada.c1', 'symphainy.draft.adam.c1', 'symphainy.session', 'other']

describe('[RS3] [UI7] what is left in the browser', () => {
  it('sign-out and revocation remove every draft and nothing else', () => {
    for (const reason of ['signed_out', 'revoked']) {
      expect(leftBehind(KEYS, keepingOf({ state: 'anonymous', reason, user: null }))).toEqual(KEYS.slice(0, 3))
    }
  })

  it('another user’s login removes the drafts of all others', () => {
    expect(leftBehind(KEYS, keepingOf({ state: 'authenticated', reason: null, user: { id: 'ada' } }))).toEqual(['symphainy.draft.adam.c1'])
  })

  it.each([
    ['anonymous', 'expired'],
    ['anonymous', 'none'],
    ['restoring', null],
    ['unreachable', null],
  ] as const)('%s (%s) keeps everything', (state, reason) => {
    expect(leftBehind(KEYS, keepingOf({ state, reason, user: null }))).toEqual([])
  })
})
