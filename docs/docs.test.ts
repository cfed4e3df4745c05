import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CLOSE_CODES, ERROR_TEXTS } from '@symphainy/protocol'
import { SymphainyError, type ClientErrorCode } from '@symphainy/client'
import { anchorsOf, linksOf, rowsOf } from './markdown.js'

const root = new URL('../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(new URL('docs/', root), { recursive: true })
    .map((name) => `docs/${String(name)}`)
    .filter((name) => name.endsWith('.md')),
]

/** What is wrong with a page's links to this repository, in words. */
function linkFindings(page: string, text: string): string[] {
  return linksOf(text)
    .filter((link) => !/^(https?:|mailto:)/.test(link))
    .flatMap((link) => {
      const [path = '', anchor] = link.split('#')
      const target = new URL(path === '' ? page : path, path === '' ? root : new URL(page, root))
      if (path !== '' && !existsSync(target)) return [`${page}: ${link} leads nowhere`]
      if (anchor === undefined || !target.pathname.endsWith('.md')) return []
      const there = path === '' ? text : readFileSync(target, 'utf8')
      return anchorsOf(there).includes(anchor) ? [] : [`${page}: ${link} has no such heading`]
    })
}

describe('the pages', () => {
  it.each(pages)('%s: every link leads somewhere', (page) => {
    expect(linkFindings(page, read(page))).toEqual([])
  })

  it.each([
    ['[x](nowhere.md)', 'docs/x.md: nowhere.md leads nowhere'],
    ['![x](screenshots/nothing.png)', 'docs/x.md: screenshots/nothing.png leads nowhere'],
    ['[x](troubleshooting.md#by-nothing)', 'docs/x.md: troubleshooting.md#by-nothing has no such heading'],
    ['# A\n[x](#b)', 'docs/x.md: #b has no such heading'],
  ])('the check finds %j', (text, finding) => {
    expect(linkFindings('docs/x.md', text)).toEqual([finding])
  })

  it('links in code are not links', () => {
    expect(linksOf('`[x](y)` and\n```\n[x](z)\n```\n[a](b.md "title")')).toEqual(['b.md'])
  })

  it('anchors are those of the usual renderers', () => {
    expect(anchorsOf('# By close code\n## "In use" & `x`: why?\n# Twice\n# Twice')).toEqual(['by-close-code', 'in-use--x-why', 'twice', 'twice-1'])
  })

  it('every diagram says what kind it is', () => {
    const diagrams = [...read('docs/concepts.md').matchAll(/```mermaid\n(\w+)/g)].map((match) => match[1])
    expect(diagrams.length).toBeGreaterThanOrEqual(4)
    for (const kind of diagrams) expect(['flowchart', 'stateDiagram', 'sequenceDiagram']).toContain(kind)
  })

  it('decisions are numbered without a gap and say what was chosen, and why', () => {
    const names = readdirSync(new URL('docs/decisions/', root)).sort()
    expect(names.map((name) => name.slice(0, 4))).toEqual(names.map((_, index) => String(index + 1).padStart(4, '0')))
    for (const name of names) for (const part of ['**Question.**', '**Choice.**', '**Why.**']) expect(read(`docs/decisions/${name}`), name).toContain(part)
  })
})

describe('the HTTP API', () => {
  const http = 'symphainy-platform/src/http/'
  const sources = readdirSync(new URL(http, root), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => read(http + name))
  const registered = sources.flatMap((source) =>
    [...source.matchAll(/\bapp\.(get|post|patch|put|delete|options)(?:<[^>]*>)?\('(\/[^']*)'/g)].map((match) => `${match[1]?.toUpperCase()} ${match[2]}`),
  )

  it('has a row for every call that the platform answers, and no other', () => {
    expect(registered.length).toBeGreaterThan(15)
    const rows = rowsOf(read('docs/http-api.md'), 'call', 'needs').map((row) => row[0]?.replaceAll('`', ''))
    expect(new Set(rows)).toEqual(new Set(registered))
    expect(rows).toHaveLength(registered.length)
  })

  it('has every status of the table of refusals, with its codes', () => {
    const table = /const STATUS[^{]*\{([^}]*)\}/.exec(read(`${http}errors.ts`))?.[1] ?? ''
    const expected = [...table.matchAll(/(\w+): (\d+)/g)].map((match) => `${match[2]} ${match[1]}`)
    expect(expected.length).toBeGreaterThan(15)
    const rows = rowsOf(read('docs/http-api.md'), 'status', 'codes').flatMap(([status, codes]) =>
      [...(codes ?? '').matchAll(/`(\w+)`/g)].map((match) => `${status} ${match[1]}`),
    )
    for (const pair of expected) if (pair !== '422 invalid') expect(rows).toContain(pair)
    expect(rows).toContain('422 invalid')
  })
})

describe('troubleshooting', () => {
  const text = read('docs/troubleshooting.md')

  it('has every close code of the table, and no other', () => {
    const codes = rowsOf(text, 'code', 'means').map((row) => Number(row[0]))
    expect(codes).toEqual([...CLOSE_CODES.keys()].sort((a, b) => a - b))
  })

  it.each([...CLOSE_CODES])('says of %s what the client does', (code, facts) => {
    const row = rowsOf(text, 'code', 'means').find((cells) => cells[0] === String(code))
    const words = {
      retry: /retries/,
      retrySlowly: /retries, slowly/,
      retryAfterMarking: /too long, retries/,
      validate: /asks once/,
      reject: /to login, once/,
      yield: /yields/,
      stop: /stops/,
    }
    expect(row?.[2]).toMatch(words[facts.reaction])
  })

  it('has every message, word for word, and no other', () => {
    const clientCodes: Exclude<ClientErrorCode, keyof typeof ERROR_TEXTS>[] = ['network', 'timeout', 'aborted', 'bad_response', 'storage']
    const expected = { ...ERROR_TEXTS, ...Object.fromEntries(clientCodes.map((code) => [code, new SymphainyError(code).message])) }
    const rows = rowsOf(text, 'code', 'text').map(([code, words]) => [code?.replaceAll('`', ''), words])
    expect(Object.fromEntries(rows)).toEqual(expected)
  })
})
