import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { at, root } from './paths.mjs'

const SOURCE_ROOTS = ['packages', 'symphainy-platform', 'symphainy-frontend', 'scripts/steps']
const SOURCE_FILES = ['package-lock.json', 'tsconfig.base.json']
const NOT_SOURCES = new Set(['node_modules', 'dist', 'dist-types', 'coverage', 'knowledge', 'traefik-config', '.data', '.vite'])
const IS_SOURCE = /\.(?:[cm]?[jt]sx?|json|css|html|svg|png|ico|woff2|webmanifest|txt)$/
const IS_TEST = /\.test\.tsx?$/
const STAMP = at('.cache', 'build.json')

function* walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!NOT_SOURCES.has(entry.name)) yield* walk(path)
    } else if (IS_SOURCE.test(entry.name) && !IS_TEST.test(entry.name) && !entry.name.endsWith('.tsbuildinfo')) {
      yield path
    }
  }
}

/** The files that the build reads, sorted. */
export function sourceFiles() {
  return [...SOURCE_ROOTS.flatMap((folder) => [...walk(at(folder))]), ...SOURCE_FILES.map((file) => at(file))].sort((a, b) => (a < b ? -1 : 1))
}

const digest = (files, describe) => {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of files) hash.update(`\n${relative(root, file).split(sep).join('/')}\n`).update(describe(file))
  return hash.digest('hex')
}

const bySize = (file) => {
  const { size, mtimeMs } = statSync(file)
  return `${size} ${mtimeMs}`
}

function readStamp() {
  if (!existsSync(STAMP)) return null
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'))
  } catch {
    // A stamp cut short by a full disk or a kill says nothing; building again is always right.
    return null
  }
}

const OUTPUTS = ['symphainy-platform/dist/main.js', 'symphainy-frontend/dist/index.html']

/** Whether the last build was of these very sources. Times are looked at first; contents only when a time differs. */
export function isBuilt() {
  const stamp = readStamp()
  if (stamp === null || !OUTPUTS.every((file) => existsSync(at(file)))) return false
  const files = sourceFiles()
  const quick = digest(files, bySize)
  if (stamp.quick === quick) return true
  const content = digest(files, (file) => readFileSync(file))
  if (stamp.content !== content) return false
  writeStamp({ quick, content })
  return true
}

/** What the sources are now; taken before a build, so that an edit during it makes the next start build again. */
export function describeSources() {
  const files = sourceFiles()
  return { quick: digest(files, bySize), content: digest(files, (file) => readFileSync(file)) }
}

export function writeStamp(stamp) {
  mkdirSync(dirname(STAMP), { recursive: true })
  writeFileSync(STAMP, JSON.stringify(stamp))
}
