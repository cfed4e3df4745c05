import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAgents, type AgentsOptions } from './createAgents.js'

const knowledgeDir = mkdtempSync(join(tmpdir(), 'knowledge-'))
writeFileSync(join(knowledgeDir, 'page.md'), '# Page\n\nText.\n')
const openai = { baseUrl: 'http://localhost:1/v1', model: 'm' }
const aguiUrl = 'http://localhost:1/agent'
const kinds = (options: Omit<AgentsOptions, 'knowledgeDir'>): string[] => {
  const agents = createAgents({ knowledgeDir, ...options })
  return [agents.describe({ type: 'guide' }).kind, agents.describe({ type: 'liaison', pillar: 'insights' }).kind]
}

describe('createAgents', () => {
  it('answers from the documentation unless something else is set', () => {
    expect(kinds({})).toEqual(['search', 'search'])
    expect(kinds({ openai })).toEqual(['model', 'model'])
    expect(kinds({ aguiUrl })).toEqual(['remote', 'remote'])
  })

  it('with both, gives the liaisons to the AG-UI agent and the guide to the model', () => {
    expect(kinds({ openai, aguiUrl })).toEqual(['model', 'remote'])
  })

  it('names the model to the reader, and neither host nor key', () => {
    expect(createAgents({ knowledgeDir, openai: { ...openai, apiKey: 'sk-canary' } }).describe({ type: 'guide' })).toEqual({
      kind: 'model',
      label: 'AI model m',
    })
  })

  it.each([
    ['KNOWLEDGE_DIR', { knowledgeDir: join(knowledgeDir, 'absent') }],
    ['openai.baseUrl', { openai: { baseUrl: 'localhost', model: 'm' } }],
    ['openai.baseUrl', { openai: { baseUrl: 'http://me:secret@localhost', model: 'm' } }],
    ['openai.model', { openai: { baseUrl: 'http://localhost', model: ' ' } }],
    ['aguiUrl', { aguiUrl: 'ftp://localhost' }],
    ['pace', { pace: Number.NaN }],
  ])('names the option that is wrong: %s', (option, wrong) => {
    const make = (): unknown => createAgents({ knowledgeDir, ...wrong })
    expect(make).toThrow(option)
    expect(make).not.toThrow('secret')
  })
})
