#!/usr/bin/env node
import './steps/nodeVersion.mjs'
import { mkdirSync, rmSync } from 'node:fs'
import { ensureBrowsers } from './steps/browsers.mjs'
import { CommandError, fail, runNode } from './steps/commands.mjs'
import { ensureInstalled } from './steps/install.mjs'
import { at } from './steps/paths.mjs'
import { tsc } from './steps/products.mjs'
import { step } from './steps/progress.mjs'
import { readResults } from './steps/testResults.mjs'

const HELP = `npm test [-- --no-browser]

Installs and builds what is needed, checks types, lint and bundle sizes, and runs every test: unit, contract, property and
integration, then the browser tests in Chromium, and in Firefox ESR where it is installed (on Debian as root, missing
browsers are installed). The last line is "N passed, N failed". A failed check (types, lint, build, sizes) counts as one.
With CI=true, anything that was not run counts as a failure.
  --no-browser   leaves the browser tests out

One file: npx vitest run <path>`

const inCi = process.env.CI === 'true' || process.env.CI === '1'
const total = { passed: 0, failed: 0 }
const notRun = []

/** A check that is no test: types, lint, build. @returns whether it passed */
async function check(label, advice, work) {
  try {
    await step(label, work)
    return true
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    console.error(`${error.output?.trimEnd() ?? ''}\n✗ ${label} failed. ${advice}`)
    total.failed += 1
    return false
  }
}

async function runTests(project, args, env) {
  const file = at('test-results', `${project}.json`)
  rmSync(file, { force: true })
  let endedWell = true
  try {
    const vitest = at('node_modules', 'vitest', 'vitest.mjs')
    await runNode(vitest, ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args], { show: true, env })
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    endedWell = false
  }
  const results = readResults(file, endedWell)
  total.passed += results.passed
  total.failed += results.failed
  if (results.notRun > 0) notRun.push(`${results.notRun} tests of ${project} that are skipped in their files: remove the skip`)
}

async function main() {
  if (process.argv.includes('--help')) return void console.log(HELP)
  const startedAt = performance.now()
  mkdirSync(at('test-results'), { recursive: true })
  await ensureInstalled()
  await check('Checking types', 'Run npm run typecheck to see it again.', () => tsc(['-b']))
  await check('Linting', 'Run npm run lint to see it again.', () => runNode(at('scripts', 'lint.mjs'), []))
  const built = await check('Building', 'Run npm run build to see it again.', () => runNode(at('scripts', 'build.mjs'), ['--if-changed', '--no-sizes']))
  if (built) {
    let table = ''
    await check('Measuring bundle sizes', 'Load less, or later.', async () => (table = await runNode(at('scripts', 'build.mjs'), ['--if-changed'])))
    process.stdout.write(table)
  }
  await runTests('unit', [])
  if (process.argv.includes('--no-browser')) {
    notRun.push('the browser tests (--no-browser): npm test')
  } else if (!built) {
    notRun.push('the browser tests (the build failed): mend it, then npm test')
  } else {
    const browsers = await ensureBrowsers()
    notRun.push(...browsers.missing)
    const names = ['chromium', 'firefox'].filter((name) => browsers[name])
    if (names.length > 0) await runTests('e2e', ['--maxWorkers=2'], { SYMPHAINY_BROWSERS: names.join(',') })
  }
  console.log(`\nTook ${Math.round((performance.now() - startedAt) / 1000)} s.`)
  for (const line of notRun) console.log(`Not run: ${line}`)
  if (inCi) total.failed += notRun.length
  process.exitCode = total.failed === 0 ? 0 : 1
  console.log(`${total.passed} passed, ${total.failed} failed`)
}

try {
  await main()
} catch (error) {
  fail(error)
}
