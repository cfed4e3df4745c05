import type { Block, KnowledgeSection } from './knowledgePage.js'
import { distinctTerms } from './terms.js'

export interface PassageOptions {
  /** The question's terms. */
  terms: readonly string[]
  weight: (term: string) => number
  /** The passage's length in UTF-16 units; code that belongs to a chosen sentence may exceed it by its own length. */
  units: number
  /** What was quoted before, in comparable form; chosen pieces are added. */
  quoted: Set<string>
}

/** A piece that can be chosen. `block` and `piece` are its place, so that chosen ones are shown in the text's order. */
interface Candidate {
  block: number
  piece: number
  text: string
  score: number
}

const MAX_CODE_UNITS = 800
/** The first sentence of a section says what it is about: it wins against an equal one further down, not against a better one. */
const OPENING = 0.5
/** Rows and items that score below this share of the best piece are neighbours and no answers. */
const NEAR_BEST = 0.45
/** Sentences that lean on the one before: it is quoted with them. */
const LEANING = /^(it|its|this|that|these|they|then|there|so|but|otherwise|both|instead|such|he|she|also|if so|in that case)\b/i

/** For "was this said already?": letters and digits only. */
export function comparable(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

function pieces(block: Block): string[] {
  switch (block.type) {
    case 'prose':
      return block.sentences
    case 'list':
      return block.items
    case 'steps':
      return [block.items.join(' ')]
    case 'table':
      return block.rows.map((row) => row.join(' | '))
    case 'code':
      return []
    default:
      return block satisfies never
  }
}

function candidatesOf(section: KnowledgeSection, { terms, weight, quoted }: PassageOptions): Candidate[] {
  return section.blocks.flatMap((block, at) =>
    pieces(block).flatMap((text, piece): Candidate[] => {
      if (quoted.has(comparable(text))) return []
      const found = new Set(distinctTerms(text))
      const matched = terms.reduce((sum, term) => (found.has(term) ? sum + weight(term) : sum), 0)
      const opens = block.type === 'prose' && at === 0 && piece === 0
      return [{ block: at, piece, text, score: matched + (opens ? OPENING : 0) }]
    }),
  )
}

function chooseWithin(candidates: readonly Candidate[], section: KnowledgeSection, units: number): Candidate[] {
  const whole = candidates.reduce((sum, candidate) => sum + candidate.text.length, 0)
  if (whole <= units) return [...candidates]
  const chosen = new Set<Candidate>()
  let left = units
  const take = (candidate: Candidate): void => {
    chosen.add(candidate)
    left -= candidate.text.length
  }
  const ranked = [...candidates].sort((a, b) => b.score - a.score || a.block - b.block || a.piece - b.piece)
  for (const candidate of ranked) {
    const isProse = section.blocks[candidate.block]?.type === 'prose'
    if (chosen.has(candidate) || candidate.score <= (isProse ? 0 : (ranked[0]?.score ?? 0) * NEAR_BEST)) continue
    const leans = isProse && LEANING.test(candidate.text)
    const before = leans ? candidates.find((other) => other.block === candidate.block && other.piece === candidate.piece - 1 && !chosen.has(other)) : undefined
    if (chosen.size > 0 && candidate.text.length + (before?.text.length ?? 0) > left) continue
    if (before !== undefined) take(before)
    take(candidate)
  }
  return [...chosen].sort((a, b) => a.block - b.block || a.piece - b.piece)
}

/** Code is quoted whole, and only behind a sentence that is quoted and introduces it. */
function codeAfter(section: KnowledgeSection, block: number): string | null {
  const next = section.blocks[block + 1]
  return next?.type === 'code' && next.raw.length <= MAX_CODE_UNITS ? next.raw : null
}

function rendered(block: Block, chosen: readonly Candidate[]): string {
  switch (block.type) {
    case 'prose':
      return chosen.map(({ text }) => text).join(' ')
    case 'list':
      return chosen.map(({ text }) => `- ${text}`).join('\n')
    case 'steps':
      return block.items.map((item, at) => `${at + 1}. ${item}`).join('\n')
    case 'table': {
      const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replace(/(?<!\\)\|/g, '\\|')).join(' | ')} |`
      return [row(block.header), `|${' --- |'.repeat(block.header.length)}`, ...chosen.map(({ piece }) => row(block.rows[piece] ?? []))].join('\n')
    }
    case 'code':
      return block.raw
    default:
      return block satisfies never
  }
}

/** What a section says to a question, in its own words and order, as Markdown blocks; empty when all of it was quoted before. */
export function passageOf(section: KnowledgeSection, options: PassageOptions): string[] {
  const chosen = chooseWithin(candidatesOf(section, options), section, options.units)
  const blocks: string[] = []
  section.blocks.forEach((block, at) => {
    const here = chosen.filter((candidate) => candidate.block === at)
    if (here.length === 0) return
    const code = codeAfter(section, at)
    const last = here.at(-1)
    const leadsNowhere = (text: string): boolean => text.endsWith(':') && code === null && !chosen.some((candidate) => candidate.block === at + 1)
    const kept = last !== undefined && leadsNowhere(last.text) ? here.slice(0, -1) : here
    if (kept.length === 0) return
    for (const { text } of kept) options.quoted.add(comparable(text))
    blocks.push(rendered(block, kept))
    const lastPiece = pieces(block).length - 1
    if (code !== null && kept.at(-1)?.piece === lastPiece) blocks.push(code)
  })
  return blocks
}
