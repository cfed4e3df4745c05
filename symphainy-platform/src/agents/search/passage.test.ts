import { describe, expect, it } from 'vitest'
import { passageOf } from './passage.js'
import { sectionsOf } from './knowledgePage.js'
import { distinctTerms } from './terms.js'

function quote(markdown: string, question: string, units: number, quoted: Set<string> = new Set()): string[] {
  const section = sectionsOf(markdown, 'page', null)[0]
  if (section === undefined) throw new Error('no section')
  return passageOf(section, { terms: distinctTerms(question), weight: () => 1, units, quoted })
}

const LONG =
  'Filler about something else entirely stands here. Apples grow on trees. They are red. Nothing else matters in this sentence at all. Pears grow elsewhere.'

describe('passageOf', () => {
  it('quotes a short section whole, with its code', () => {
    expect(quote('One.\n\nRun:\n\n```\ncode\n```\n\nTwo.', 'x', 500)).toEqual(['One.', 'Run:', '```\ncode\n```', 'Two.'])
  })

  it('takes the sentences that fit best, in the order of the text, within its bound', () => {
    const [text = ''] = quote(LONG, 'Where do pears and apples grow?', 60)
    expect(text).toBe('Apples grow on trees. Pears grow elsewhere.')
  })

  it('takes the sentence before one that leans on it', () => {
    expect(quote(LONG, 'red', 60)).toEqual(['Apples grow on trees. They are red.'])
  })

  it('says nothing twice', () => {
    const quoted = new Set<string>()
    expect(quote('Apples grow on trees.', 'apples', 100, quoted)).toHaveLength(1)
    expect(quote('**Apples** grow on trees!', 'apples', 100, quoted)).toEqual([])
  })

  it('never cuts code, and leaves out a sentence that would introduce nothing', () => {
    const code = `\`\`\`\n${'x'.repeat(900)}\n\`\`\``
    expect(quote(`Apples first. Then apples again:\n\n${code}`, 'apples', 30)).toEqual(['Apples first.'])
  })

  it('quotes the rows that answer under the header of their table', () => {
    const rows = Array.from({ length: 30 }, (_, i) => `| ${i + 4400} | meaning number ${i} of this code |`).join('\n')
    expect(quote(`| code | meaning |\n|---|---|\n${rows}`, '4409', 200)).toEqual([
      '| code | meaning |\n| --- | --- |\n| 4409 | meaning number 9 of this code |',
    ])
  })

  it('quotes numbered steps whole or not at all', () => {
    const steps = '1. Stop the apples\n2. Copy the pears\n3. Start'
    expect(quote(steps, 'pears', 500)).toEqual([steps])
    expect(quote(`Pears are good. ${'Something long about nothing. '.repeat(5)}\n\n${steps}`, 'pears', 20)).toEqual(['Pears are good.'])
  })
})
