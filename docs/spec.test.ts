import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const root = new URL('../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

/** Rules that are written and not held yet, each with the stage of protocol 1 that brings it. */
const NOT_HELD_YET: Readonly<Record<string, string>> = {
  TB1: 'all tabs as one',
  TB2: 'all tabs as one',
  TB4: 'all tabs as one',
}

/** The numbers of the rules: those of the lists, and those of what must hold in any order of events. */
function rulesOf(spec: string): string[] {
  const listed = [...spec.matchAll(/^- \[([A-Z]+\d+)\] /gm)]
  const invariants = [...spec.matchAll(/(?:^|· )([SE]\d) [a-z]/gm)]
  return [...listed, ...invariants].map((match) => match[1] ?? '')
}

const TITLE = /(?:\b(?:it|describe)|\))\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g
/** A case of a contract is a property; its name is the title of a test. */
const CASE = /^\s*(['"`])(\[[A-Z](?:\\.|(?!\1)[^\\\n])*)\1: async/gm

/** The titles of a file's tests. Comments and data are none. */
function titlesOf(source: string): string[] {
  return [...source.matchAll(TITLE), ...source.matchAll(CASE)].map((match) => match[2] ?? '')
}

const inTree = (...patterns: string[]): string[] =>
  execFileSync('git', ['ls-files', ...patterns], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n')

describe('every rule of SPEC.md', () => {
  const rules = rulesOf(read('SPEC.md'))
  const files = inTree('*.test.ts', '*.test.tsx', 'packages/testing/src/contracts/*.ts').filter((path) => !path.startsWith('docs/spec.'))
  const borne = new Set(files.flatMap((path) => titlesOf(read(path))).flatMap((title) => title.match(/(?<=\[)[A-Z]+\d+(?=\])/g) ?? []))

  it('has a number of its own', () => {
    expect(rules.length).toBeGreaterThan(60)
    expect(rules.filter((rule, index) => rules.indexOf(rule) !== index)).toEqual([])
    for (const family of ['AU', 'CN', 'FR', 'RS', 'TB', 'SE', 'UI', 'S', 'E']) expect(rules).toContain(`${family}1`)
  })

  it.each(rules)('%s is borne by the title of a test, or is not held yet', (rule) => {
    expect({ rule, isHeld: borne.has(rule) }).toEqual({ rule, isHeld: NOT_HELD_YET[rule] === undefined })
  })

  it('nothing else is said not to be held yet, and SPEC.md says the same', () => {
    for (const rule of Object.keys(NOT_HELD_YET)) expect(rules).toContain(rule)
    expect(read('SPEC.md')).toMatch(/^\| TB1, TB2, TB4 \| not yet/m)
  })

  it('a rule is found where it is defined, and a title where it is one', () => {
    expect(rulesOf('- [AU1] A thing, see [CN2].\nS1 no socket · S2 at most one\n')).toEqual(['AU1', 'S1', 'S2'])
    expect(titlesOf("// it holds [CN3]\nit('[AU1] a', () => x)\nit.each([['b']])('[AU2] %s', f)\n  '[RS1] c': async (log) => {}\nconst d = '[S1] d'")).toEqual([
      '[AU1] a',
      '[AU2] %s',
      '[RS1] c',
    ])
  })
})
