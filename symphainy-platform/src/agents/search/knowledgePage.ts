import { lexer, type Token, type Tokens } from 'marked'
import type { Pillar } from '@symphainy/protocol'
import { headingAnchor } from './headingAnchor.js'
import { resolveLinks } from './markdownLinks.js'
import { sentencesOf } from './sentences.js'

/** A piece of a section as it may be quoted: sentences and rows one by one, code and numbered steps whole or not at all. */
export type Block =
  | { type: 'prose'; sentences: string[] }
  | { type: 'list'; items: string[] }
  | { type: 'steps'; items: string[] }
  | { type: 'table'; header: string[]; rows: string[][] }
  | { type: 'code'; raw: string }

export interface KnowledgeSection {
  /** The page's path under the knowledge folder, without `.md`; its first folder is its pillar, if it has one. */
  path: string
  pillar: Pillar | null
  /** The page's title. */
  title: string
  /** The section's own heading; the page's title for what stands before the first one. */
  heading: string
  anchor: string
  blocks: Block[]
}

function blockOf(token: Token, path: string): Block | null {
  switch (token.type) {
    case 'paragraph':
    case 'text':
    case 'blockquote':
      return { type: 'prose', sentences: sentencesOf(resolveLinks((token as Tokens.Paragraph).text, path)) }
    case 'list': {
      const list = token as Tokens.List
      const items = list.items.map((item) => resolveLinks(item.text.replace(/\s*\n\s*/g, ' ').trim(), path))
      return { type: list.ordered ? 'steps' : 'list', items }
    }
    case 'table': {
      const table = token as Tokens.Table
      const cells = (row: readonly Tokens.TableCell[]): string[] => row.map((cell) => resolveLinks(cell.text, path))
      return { type: 'table', header: cells(table.header), rows: table.rows.map(cells) }
    }
    case 'code':
      return { type: 'code', raw: token.raw.trimEnd() }
    default:
      // Rules, raw HTML and link definitions say nothing that could be quoted.
      return null
  }
}

/**
 * One Markdown page as sections, split at every heading; headings without text below them are left out.
 *
 * @param path the page's path under the knowledge folder, without `.md`
 */
export function sectionsOf(markdown: string, path: string, pillar: Pillar | null): KnowledgeSection[] {
  const taken = new Set<string>()
  const sections: KnowledgeSection[] = []
  let title = path.split('/').at(-1) ?? path
  let section: KnowledgeSection = { path, pillar, title, heading: title, anchor: '', blocks: [] }
  const close = (): void => {
    if (section.blocks.length > 0) sections.push(section)
  }
  for (const token of lexer(markdown)) {
    if (token.type === 'heading') {
      close()
      const heading = (token as Tokens.Heading).text
      if (token['depth'] === 1) title = heading
      section = { path, pillar, title, heading, anchor: headingAnchor(heading, taken), blocks: [] }
      continue
    }
    const block = blockOf(token, path)
    if (block !== null) section.blocks.push(block)
  }
  close()
  return sections
}
