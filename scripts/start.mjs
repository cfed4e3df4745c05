#!/usr/bin/env node
import './steps/nodeVersion.mjs'
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { fail } from './steps/commands.mjs'
import { ensureInstalled } from './steps/install.mjs'
import { at } from './steps/paths.mjs'
import { ensureBuilt } from './steps/products.mjs'

const HELP = `npm start [-- <options of the platform>]

Runs Symphainy on this machine. Installs and builds first when needed: the first start takes a minute or two, later
ones about two seconds. Data is kept in .data (set DATA_DIR for another place). Ctrl-C ends it.
Settings come from the environment, for instance PORT=8080 npm start; docs/configuration.md lists them.`

const main = at('symphainy-platform', 'dist', 'main.js')

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  console.log(HELP)
  // The platform knows its own options; before the first build there is nobody to ask.
  if (existsSync(main) && existsSync(at('node_modules'))) await import(pathToFileURL(main).href)
} else {
  try {
    await ensureInstalled()
    await ensureBuilt()
  } catch (error) {
    fail(error)
  }
  // In this process and not in a child: a signal reaches the platform itself, and its exit code is ours.
  await import(pathToFileURL(main).href)
}
