import { describe, expect, it } from 'vitest'
import { headingAnchor, knowledgeHref } from './headingAnchor.js'

describe('headingAnchor', () => {
  it('is the words in lower case, joined by hyphens', () => {
    expect(headingAnchor('Change the port')).toBe('change-the-port')
    expect(headingAnchor("What happens when I'm offline?")).toBe('what-happens-when-im-offline')
    expect(headingAnchor('4409: in use elsewhere')).toBe('4409-in-use-elsewhere')
  })

  it('does not depend on inline Markdown', () => {
    expect(headingAnchor('Set `DATA_DIR` **first**')).toBe('set-data_dir-first')
    expect(headingAnchor('See [the limits](limits.md)')).toBe('see-the-limits')
  })

  it('numbers repeated headings of a page', () => {
    const taken = new Set<string>()
    expect([headingAnchor('Notes', taken), headingAnchor('Notes', taken), headingAnchor('Notes', taken)]).toEqual(['notes', 'notes-1', 'notes-2'])
  })

  it('always gives something to link to', () => {
    expect(headingAnchor('???')).toBe('section')
  })
})

describe('knowledgeHref', () => {
  it('is a path on this platform, whatever the file is called', () => {
    expect(knowledgeHref('operations/configuration', 'change-the-port')).toBe('/knowledge/operations/configuration#change-the-port')
    expect(knowledgeHref('a b/"x"')).toBe('/knowledge/a%20b/%22x%22')
  })
})
