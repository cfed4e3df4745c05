import type { AgentAddress, Handover, Source } from '@symphainy/protocol'
import { knowledgeHref } from './headingAnchor.js'
import { RELEVANT_COVERAGE, type Hit, type KnowledgeIndex } from './knowledgeIndex.js'
import { passageOf } from './passage.js'
import { PILLAR_NAMES } from '../pillars.js'
import { distinctTerms } from './terms.js'

/** What the knowledge says to a question: Markdown blocks that cite `[n]`, and the sources behind the numbers. */
export interface Answer {
  blocks: string[]
  sources: Source[]
  handover?: Handover
}

export interface Retrieval {
  hits: Hit[]
  /** Set when a liaison had to look outside its own field. */
  outside: boolean
}

const MAX_SOURCES = 3
/** A section that scores below this share of the best one adds nothing, nor does one that mentions in passing what the best has in its heading. */
const NEAR_BEST = 0.45
/** A liaison stays in its own field unless another knows this much better. */
const OWN_FIELD_SHARE = 0.4
/** The share of the best hits' score that one pillar must hold to be called clearly its own. */
const CLEARLY = 0.6
const FIRST_UNITS = 900
const FURTHER_UNITS = 320
const EXCERPT_UNITS = 200

/**
 * The sections that answer a question, best first: a liaison's own field before all others.
 *
 * @param options.coverage how much of the question's weight a section must answer to. @default RELEVANT_COVERAGE
 */
export function retrieve(index: KnowledgeIndex, question: string, agent: AgentAddress, options: { limit?: number; coverage?: number } = {}): Retrieval {
  const { limit = 8, coverage = RELEVANT_COVERAGE } = options
  const isRelevant = (hit: Hit): boolean => hit.coverage >= coverage
  const everywhere = index.search(question, { limit }).filter(isRelevant)
  if (agent.type === 'guide') return { hits: everywhere, outside: false }
  const own = index.search(question, { pillar: agent.pillar, limit }).filter(isRelevant)
  const isOwn = (own[0]?.score ?? 0) > (everywhere[0]?.score ?? 0) * OWN_FIELD_SHARE
  return isOwn ? { hits: own, outside: false } : { hits: everywhere, outside: everywhere.length > 0 }
}

/** Whom to go on with: the pillar in which the best hits clearly lie, unless it is the agent's own. */
export function handoverFor(hits: readonly Hit[], agent: AgentAddress): Handover | undefined {
  const best = hits.filter((hit) => hit.coverage >= RELEVANT_COVERAGE).slice(0, 5)
  const pillar = best[0]?.section.pillar
  if (pillar === null || pillar === undefined || (agent.type === 'liaison' && agent.pillar === pillar)) return undefined
  const sum = (of: readonly Hit[]): number => of.reduce((total, hit) => total + hit.score, 0)
  if (sum(best.filter((hit) => hit.section.pillar === pillar)) < sum(best) * CLEARLY) return undefined
  return { pillar, reason: `${PILLAR_NAMES[pillar]} covers “${plain(best[0]?.section.title ?? '')}” and can go further into it.` }
}

/** The sections as numbered sources, in the order given. */
export function sourcesOf(hits: readonly Hit[]): Source[] {
  return hits.map(({ section }, at) => {
    const first = section.blocks.find((block) => block.type === 'prose')?.sentences[0]
    const title = section.heading === section.title ? section.title : `${section.title}: ${section.heading}`
    return {
      n: at + 1,
      title: plain(title),
      href: knowledgeHref(section.path, section.anchor),
      ...(first === undefined ? {} : { excerpt: shortened(plain(first), EXCERPT_UNITS) }),
    }
  })
}

/** An answer in the knowledge's own words; null when nothing is relevant. */
export function answerFrom(index: KnowledgeIndex, question: string, agent: AgentAddress): Answer | null {
  const { hits, outside } = retrieve(index, question, agent)
  const best = hits[0]
  if (best === undefined) return null
  const terms = distinctTerms(question)
  const quoted = new Set<string>()
  const blocks: string[] = []
  const used: Hit[] = []
  for (const hit of hits.filter((candidate) => candidate.score >= best.score * NEAR_BEST && (candidate.isInHeading || !best.isInHeading))) {
    if (used.length === MAX_SOURCES) break
    const passage = passageOf(hit.section, { terms, weight: index.weight, units: used.length === 0 ? FIRST_UNITS : FURTHER_UNITS, quoted })
    if (passage.length === 0) continue
    used.push(hit)
    blocks.push(...cited(used.length === 1 && isCitable(passage[0] ?? '') ? passage : introduced(passage, hit), used.length))
  }
  if (outside && best.section.pillar !== null) {
    blocks.unshift(`This is outside my field; it belongs to ${PILLAR_NAMES[best.section.pillar]}. Here is what its pages say.`)
  } else if (outside) {
    blocks.unshift('This is outside my field. Here is what the general pages say.')
  }
  const handover = handoverFor(hits, agent)
  return { blocks, sources: sourcesOf(used), ...(handover === undefined ? {} : { handover }) }
}

/** What comes from a further section is put under its heading: the reader has left the first one's train of thought. */
function introduced(passage: readonly string[], { section }: Hit): string[] {
  const heading = `**${plain(section.heading)}${/[?!.:]$/.test(section.heading) ? '' : ':'}**`
  const [first = '', ...rest] = passage
  return /^[|`~>-]|^\d+\. /.test(first) ? [heading, ...passage] : [`${heading} ${first}`, ...rest]
}

/** Behind a table or code a citation would stand in a cell or on a line of its own. */
const isCitable = (block: string): boolean => !/^(\||```|~~~)/.test(block)

/** The citation goes to the end of the last block that can carry one. */
function cited(passage: readonly string[], n: number): string[] {
  const at = passage.findLastIndex(isCitable)
  return passage.map((block, i) => (i === at ? `${block} [${n}]` : block))
}

function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '')
}

function shortened(text: string, units: number): string {
  return text.length <= units ? text : `${text.slice(0, text.lastIndexOf(' ', units - 1))}…`
}
