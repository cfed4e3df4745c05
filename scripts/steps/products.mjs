import { existsSync } from 'node:fs'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { runNode } from './commands.mjs'
import { at } from './paths.mjs'
import { step } from './progress.mjs'
import { describeSources, isBuilt, writeStamp } from './sources.mjs'

const PROJECTS = ['packages/protocol', 'packages/client', 'packages/react', 'packages/gateway', 'symphainy-platform']
const COMPRESSIBLE = /\.(?:js|css|svg|json|txt|map)$/
/** Below this many bytes a compressed copy saves nothing. */
const WORTH_COMPRESSING = 1024

export const tsc = (args, options) => runNode(at('node_modules', 'typescript', 'bin', 'tsc'), args, options)
export const vite = (args, options) => runNode(at('node_modules', 'vite', 'bin', 'vite.js'), args, { cwd: at('symphainy-frontend'), ...options })

/** Writes `.br` and `.gz` beside the hashed assets, once, so that serving them costs no compression. */
async function precompress(folder) {
  if (!existsSync(folder)) return
  const files = (await readdir(folder, { recursive: true })).filter((name) => COMPRESSIBLE.test(name) && !name.endsWith('.map'))
  await Promise.all(
    files.map(async (name) => {
      const path = join(folder, name)
      const bytes = await readFile(path)
      if (bytes.length < WORTH_COMPRESSING) return
      const brotli = await promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } })
      await Promise.all([writeFile(`${path}.br`, brotli), promisify(gzip)(bytes, { level: 9 }).then((zipped) => writeFile(`${path}.gz`, zipped))])
    }),
  )
}

/** Builds everything that runs: the packages, the platform and the web app. */
export async function buildProducts() {
  const stamp = describeSources()
  await step('Building the packages and the platform', () => tsc(['-b', ...PROJECTS]))
  await step('Building the web app', async () => {
    await vite(['build', '--manifest', '--logLevel', 'warn'])
    await precompress(at('symphainy-frontend', 'dist', 'assets'))
  })
  writeStamp(stamp)
}

/** Builds if the sources changed since the last build. */
export async function ensureBuilt() {
  if (!isBuilt()) await buildProducts()
}
