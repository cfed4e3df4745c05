import MiniSearch from 'minisearch'
import type { Pillar } from '@symphainy/protocol'
import type { Block, KnowledgeSection } from './knowledgePage.js'
import { distinctTerms, termsOf, tokenize } from './terms.js'

export interface Hit {
  section: KnowledgeSection
  /** Comparable within one search only. */
  score: number
  /** How much of the question's weight the section answers to, 0 to 1. Rare words weigh more. */
  coverage: number
  /** Whether a word of the question stands in the section's heading or the page's title. */
  isInHeading: boolean
}

export interface KnowledgeIndex {
  /** Best first; at most `limit`. Empty when the question has no word of any subject. */
  search(question: string, options?: { pillar?: Pillar; limit?: number }): Hit[]
  /** The weight of a term: the rarer in the knowledge, the heavier. */
  weight(term: string): number
}

/** Below this share of a question's weight a section is about something else. */
export const RELEVANT_COVERAGE = 0.5
/** A term that was found only in another spelling or as the beginning of a word counts so much. */
const INEXACT = 0.7

function plainText(block: Block): string {
  switch (block.type) {
    case 'prose':
      return block.sentences.join(' ')
    case 'list':
    case 'steps':
      return block.items.join(' ')
    case 'table':
      return [block.header, ...block.rows].flat().join(' ')
    case 'code':
      return block.raw
    default:
      return block satisfies never
  }
}

/** Link targets are addresses and not words of the text. */
const withoutTargets = (text: string): string => text.replace(/\]\([^)]*\)/g, ']')

export function createKnowledgeIndex(sections: readonly KnowledgeSection[]): KnowledgeIndex {
  const index = new MiniSearch<{ id: number; heading: string; title: string; text: string }>({
    fields: ['heading', 'title', 'text'],
    tokenize,
    processTerm: termsOf,
    searchOptions: {
      boost: { heading: 4, title: 2 },
      // Numbers and names with digits are codes: a neighbour of 4409 is another thing altogether.
      fuzzy: (term) => (term.length > 4 && !/\d/.test(term) ? 0.2 : false),
      prefix: (term) => term.length > 3 && !/\d/.test(term),
    },
  })
  const frequency = new Map<string, number>()
  sections.forEach((section, id) => {
    const text = withoutTargets(section.blocks.map(plainText).join('\n'))
    index.add({ id, heading: section.heading, title: section.title, text })
    for (const term of distinctTerms(`${section.heading} ${section.title} ${text}`)) frequency.set(term, (frequency.get(term) ?? 0) + 1)
  })

  const weight = (term: string): number => {
    // A word that is nowhere weighs as one that is somewhere once: it may be a slip of the pen.
    const found = frequency.get(term) ?? 1
    return Math.log(1 + (sections.length - found + 0.5) / (found + 0.5))
  }

  const search: KnowledgeIndex['search'] = (question, { pillar, limit = 8 } = {}) => {
    const terms = distinctTerms(question)
    const whole = terms.reduce((sum, term) => sum + weight(term), 0)
    if (whole === 0) return []
    const hits = index.search(question).flatMap((result): Hit[] => {
      const section = sections[result.id as number]
      if (section === undefined || (pillar !== undefined && section.pillar !== pillar)) return []
      const matched = terms.reduce((sum, term) => {
        if (Object.hasOwn(result.match, term)) return sum + weight(term)
        return result.queryTerms.includes(term) ? sum + weight(term) * INEXACT : sum
      }, 0)
      const coverage = matched / whole
      const isInHeading = Object.values(result.match).some((fields) => fields.includes('heading') || fields.includes('title'))
      return [{ section, score: result.score * coverage, coverage, isInHeading }]
    })
    return hits.sort((a, b) => b.score - a.score).slice(0, limit)
  }

  return { search, weight }
}
