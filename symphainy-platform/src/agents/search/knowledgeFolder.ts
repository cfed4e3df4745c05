import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isPillar } from '@symphainy/protocol'
import { PlatformError } from '../../platformError.js'
import { sectionsOf, type KnowledgeSection } from './knowledgePage.js'

/**
 * Every Markdown page under a folder, as sections. A page's pillar is the first folder of its path; pages elsewhere
 * belong to the guide alone. Files and folders whose name begins with a dot are left out.
 *
 * @throws PlatformError `config` when the folder cannot be read
 */
export function readKnowledge(folder: string): KnowledgeSection[] {
  return pagesUnder(folder, '').flatMap(({ path, markdown }) => {
    const first = path.split('/')[0]
    return sectionsOf(markdown, path, path.includes('/') && isPillar(first) ? first : null)
  })
}

function pagesUnder(folder: string, below: string): { path: string; markdown: string }[] {
  let entries
  try {
    entries = readdirSync(join(folder, below), { withFileTypes: true })
  } catch (cause) {
    throw new PlatformError('config', `KNOWLEDGE_DIR is a folder that cannot be read: ${join(folder, below)}.`, { cause })
  }
  return entries
    .filter((entry) => !entry.name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) return pagesUnder(folder, path)
      if (!entry.name.endsWith('.md')) return []
      return [{ path: path.slice(0, -'.md'.length), markdown: readFileSync(join(folder, path), 'utf8') }]
    })
}
