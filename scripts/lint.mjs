#!/usr/bin/env node
import './steps/nodeVersion.mjs'
import { CommandError, runNode } from './steps/commands.mjs'
import { findHouseRuleBreaks } from './steps/houseRules.mjs'
import { ensureInstalled } from './steps/install.mjs'
import { at } from './steps/paths.mjs'
import { tsc } from './steps/products.mjs'

const HELP = `npm run lint [-- --fix]

Checks the layers, the rules of the house and the format of every source file.
  --fix   mends what can be mended by itself (the same as npm run format, and the linter's safe fixes)`

async function main() {
  if (process.argv.includes('--help')) return void console.log(HELP)
  const fix = process.argv.includes('--fix')
  await ensureInstalled()
  // The rules that know types read the declarations of the packages, so these must be there.
  await tsc(['-b', 'packages/protocol', 'packages/client', 'packages/react', 'packages/gateway', 'packages/testing'])
  let clean = true
  const check = async (work, advice) => {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      clean = false
      console.error(`${error.output?.trimEnd() ?? ''}\n${advice}`)
    }
  }
  await check(
    () => runNode(at('node_modules', 'oxlint', 'bin', 'oxlint'), ['--type-aware', '--deny-warnings', ...(fix ? ['--fix'] : [])]),
    'The linter found the lines above. ARCHITECTURE.md says what the layers and rules are.',
  )
  await check(() => runNode(at('node_modules', 'oxfmt', 'bin', 'oxfmt'), [fix ? '--write' : '--check']), 'Run `npm run format` to mend the format.')
  const breaks = findHouseRuleBreaks()
  if (breaks.length > 0) {
    clean = false
    console.error(`${breaks.join('\n')}\nThe rules of the house stand in ARCHITECTURE.md.`)
  }
  if (!clean) process.exit(1)
  console.log('Lint, layers and format: clean')
}

await main()
