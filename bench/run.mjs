#!/usr/bin/env node
import '../scripts/steps/nodeVersion.mjs'
import { existsSync, readdirSync } from 'node:fs'
import { fail, run } from '../scripts/steps/commands.mjs'
import { ensureInstalled } from '../scripts/steps/install.mjs'
import { at } from '../scripts/steps/paths.mjs'
import { ensureBuilt } from '../scripts/steps/products.mjs'

const benches = readdirSync(at('bench'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(at('bench', entry.name, 'run.ts')))
  .map((entry) => entry.name)

const HELP = `npm run bench -- <name> [options]

Side-by-side measurements; each prints a table and the command that made it. Names: ${benches.join(', ')}
  connect [--runs 20]   navigation to first frame for a restored session, beside socket.io-client and a naive page
  stream [--runs 5]     a streaming Markdown answer below 100 messages: long tasks, frames and CPU, beside a naive page`

const [name, ...rest] = process.argv.slice(2)

if (name === undefined || name === '--help' || !benches.includes(name)) {
  console.log(HELP)
  process.exitCode = name === undefined || name === '--help' ? 0 : 1
} else {
  try {
    await ensureInstalled()
    await ensureBuilt()
    await run(process.execPath, ['--import', 'tsx', at('bench', name, 'run.ts'), ...rest], { show: true })
  } catch (error) {
    fail(error)
  }
}
