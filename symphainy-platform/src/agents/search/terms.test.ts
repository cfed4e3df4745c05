import { describe, expect, it } from 'vitest'
import { distinctTerms } from './terms.js'

describe('distinctTerms', () => {
  it('leaves out what carries no subject', () => {
    expect(distinctTerms('How do I get what it is for?')).toEqual([])
  })

  it.each([
    ['How do I log out?', 'signing out'],
    ['logged in', 'sign-in'],
    ['make a backup', 'back up'],
    ['delete a chat', 'removing conversations'],
    ['WebSocket time-outs', 'web socket timeout'],
  ])('takes “%s” and “%s” for the same', (one, other) => {
    const shared = distinctTerms(one).filter((term) => distinctTerms(other).includes(term))
    expect(shared.length).toBe(distinctTerms(other).length)
  })

  it('finds a variable by its name and by its words', () => {
    expect(distinctTerms('DATA_DIR')).toEqual(['data_dir', 'data', 'dir'])
  })
})
