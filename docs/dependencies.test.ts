import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { rowsOf } from './markdown.js'

const root = new URL('../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

interface Manifest {
  workspaces?: string[]
  license?: string
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

const manifest = (path: string): Manifest => JSON.parse(read(path)) as Manifest

const folders = (manifest('package.json').workspaces ?? []).flatMap((pattern) =>
  pattern.endsWith('/*') ? readdirSync(new URL(pattern.slice(0, -1), root)).map((name) => pattern.slice(0, -1) + name) : [pattern],
)

/** Each dependency on somebody else's package, with the versions that our manifests ask for. */
const wanted = new Map<string, Set<string>>()
for (const path of ['package.json', ...folders.map((folder) => `${folder}/package.json`)]) {
  const { dependencies, devDependencies, optionalDependencies } = manifest(path)
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    if (!name.startsWith('@symphainy/') && !folders.includes(name)) wanted.set(name, (wanted.get(name) ?? new Set()).add(version))
  }
}

const rows = rowsOf(read('docs/dependencies.md'), 'package', 'licence').map(([name = '', licence = '', size = '', usedBy = '', saves = '', keptUp = '']) => ({
  name: name.replaceAll('`', ''),
  licence,
  size,
  usedBy,
  saves,
  keptUp,
}))

/** Licences that ask nothing of who uses the product but to keep the notice. MPL-2.0: of changes to that package itself. */
const ACCEPTED = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'Unlicense', '0BSD', 'MPL-2.0', '(MPL-2.0 OR Apache-2.0)']

describe('docs/dependencies.md', () => {
  it('has a row for every dependency of every workspace, and no other', () => {
    expect(rows.map((row) => row.name).sort()).toEqual([...wanted.keys()].sort())
  })

  it.each([...wanted].map(([name, versions]) => ({ name, versions })))('$name: pinned to one exact version, the one installed', ({ name, versions }) => {
    const installed = JSON.parse(read(`node_modules/${name}/package.json`)) as { version: string }
    expect([...versions]).toEqual([installed.version])
  })

  it.each(rows)('$name: the licence is its own, and one that we may use', ({ name, licence }) => {
    const own = manifest(`node_modules/${name}/package.json`).license ?? ''
    expect(own.replace(/^\((.*)\)$/, '$1')).toBe(licence)
    expect(ACCEPTED).toContain(own)
  })

  it.each(rows)('$name: says its size, who uses it, what it saves and who keeps it up', ({ size, usedBy, saves, keptUp }) => {
    expect(size).toMatch(/^\d+(\.\d)? MB$/)
    for (const cell of [usedBy, saves, keptUp]) expect(cell).not.toBe('')
  })
})
