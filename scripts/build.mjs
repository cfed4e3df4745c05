#!/usr/bin/env node
import './steps/nodeVersion.mjs'
import { fail } from './steps/commands.mjs'
import { ensureInstalled } from './steps/install.mjs'
import { buildProducts, ensureBuilt } from './steps/products.mjs'
import { measureSizes, sizeTable } from './steps/sizes.mjs'

const HELP = `npm run build [-- --if-changed] [-- --no-sizes]

Builds the packages, the platform and the web app, and prints what a browser has to load beside its budget.
Ends with an error when something is over its budget.
  --if-changed   does nothing when the sources are those of the last build
  --no-sizes     does not measure`

if (process.argv.includes('--help')) {
  console.log(HELP)
} else {
  try {
    await ensureInstalled()
    await (process.argv.includes('--if-changed') ? ensureBuilt() : buildProducts())
    if (!process.argv.includes('--no-sizes')) {
      const rows = await measureSizes()
      console.log(sizeTable(rows).join('\n'))
      const over = rows.filter((row) => !row.ok)
      if (over.length > 0) {
        console.error(`Over budget: ${over.map((row) => row.name).join('; ')}. Load less, or later.`)
        process.exitCode = 1
      }
    }
  } catch (error) {
    fail(error)
  }
}
