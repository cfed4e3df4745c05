import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { at, root } from './paths.mjs'

/** Folders whose TypeScript the rules below are about. */
const SOURCES = ['packages', 'symphainy-platform', 'symphainy-frontend', 'e2e', 'bench']
const NOT_SOURCES = new Set(['node_modules', 'dist', 'dist-types', 'coverage', 'knowledge'])
const BARRED_FOLDERS = /(?:^|\/)(?:utils?|helpers?|common|misc)(?:\/|\.tsx?$)/i

/** Files of decisions: what they need of time, chance and the page is handed in (ARCHITECTURE.md, How the core is written). */
const PURE = /(?:^|\/)(?:transition|[a-z]\w*(?:Transition|Machine|Policy|Facts|States?|Reducer))\.ts$/
const IMPURE =
  /\b(?:window|document|localStorage|sessionStorage|navigator|performance)\.|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|(?<![.\w])(?:setTimeout|setInterval|fetch)\(|\bnew WebSocket\b/

function* walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!NOT_SOURCES.has(entry.name)) yield* walk(path)
    } else if (/\.tsx?$/.test(entry.name)) {
      yield path
    }
  }
}

const withoutComments = (text) => text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' ')).replace(/(^|\s)\/\/.*$/gm, '$1')

/** What the linter has no rule for. Gives one line per finding. */
export function findHouseRuleBreaks() {
  const findings = []
  for (const path of SOURCES.flatMap((folder) => [...walk(at(folder))])) {
    const name = relative(root, path).replaceAll('\\', '/')
    const lines = withoutComments(readFileSync(path, 'utf8')).split('\n')
    const report = (index, words) => findings.push(`${name}:${index + 1} ${words}`)
    if (BARRED_FOLDERS.test(name)) report(0, 'folders and files are named by nouns of the field, never utils, helpers, common or misc')
    const pure = PURE.test(name) && !name.includes('.test.')
    lines.forEach((line, index) => {
      if (/^\s*export \* /.test(line)) report(index, 'no `export *`: name what is exported')
      if (pure && IMPURE.test(line)) report(index, 'a file of decisions reads no global: hand it in through the environment')
      if (/\b(?:it|test|describe)\.(?:skip|only|todo|fails)\b/.test(line)) report(index, 'a test is run or deleted: no skip, only, todo or fails')
      if (/\bretry:\s*[1-9]/.test(line) && name.includes('.test.')) report(index, 'no retries of tests')
    })
  }
  return findings
}
