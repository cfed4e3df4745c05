import type { AgentAddress } from '@symphainy/protocol'
import { readKnowledge } from './knowledgeFolder.js'
import { createKnowledgeIndex, type KnowledgeIndex } from './knowledgeIndex.js'
import type { KnowledgeSection } from './knowledgePage.js'

/** The knowledge pages, read once, with their index. */
export interface Knowledge {
  sections: readonly KnowledgeSection[]
  index: KnowledgeIndex
  /** Titles of the pages that are this agent's own: a liaison's pillar, or the guide's general pages. */
  titles(agent: AgentAddress): string[]
}

/** @throws PlatformError `config` when the folder cannot be read */
export function loadKnowledge(folder: string): Knowledge {
  const sections = readKnowledge(folder)
  return {
    sections,
    index: createKnowledgeIndex(sections),
    titles(agent) {
      const pillar = agent.type === 'guide' ? null : agent.pillar
      return [...new Set(sections.filter((section) => section.pillar === pillar).map((section) => section.title))]
    },
  }
}
