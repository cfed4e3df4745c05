import { existsSync, readFileSync } from 'node:fs'
import { runNpm } from './commands.mjs'
import { at } from './paths.mjs'
import { step } from './progress.mjs'

/**
 * Whether node_modules holds what package-lock.json names. npm keeps what it installed in a lock of its own; comparing the
 * two needs no stamp of ours and is right after any way of installing.
 */
export function isInstalled() {
  const installedLock = at('node_modules', '.package-lock.json')
  if (!existsSync(installedLock)) return false
  const wanted = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages
  const installed = JSON.parse(readFileSync(installedLock, 'utf8')).packages
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/')) return true
    const found = installed[path]
    // What is for another system, or optional, is rightly absent.
    if (found === undefined) return entry.optional === true || entry.peer === true || entry.os !== undefined || entry.cpu !== undefined
    return entry.link === true ? found.link === true : found.version === entry.version && found.integrity === entry.integrity
  })
}

/** Installs what the lock names, if it is not there yet. */
export async function ensureInstalled() {
  if (isInstalled()) return
  await step('Installing dependencies', () => runNpm(['ci', '--no-audit', '--no-fund']))
}
