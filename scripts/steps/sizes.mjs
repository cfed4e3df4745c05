import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'
import { at } from './paths.mjs'

const KB = 1024
const gzipBytes = (bytes) => gzipSync(bytes, { level: 9 }).length

/** Budgets in bytes after gzip. `null`: shown, not limited. */
const BUDGETS = { client: 9.5 * KB, clientWithChat: 15 * KB, react: null, login: 95 * KB, chat: 60 * KB }

/** Bundles one package for browsers, minified, as an app would, and gives its size after gzip. */
async function bundleBytes(entries, external) {
  const { rolldown } = await import('rolldown')
  const bundle = await rolldown({ input: entries.map((entry) => at(entry)), external, platform: 'browser', logLevel: 'silent' })
  const { output } = await bundle.generate({ format: 'es', minify: true })
  await bundle.close()
  // One number for the whole: chunks that an app would load later are counted too.
  return gzipBytes(Buffer.concat(output.filter((part) => part.type === 'chunk').map((part) => Buffer.from(part.code))))
}

/** The files that loading `keys` of a Vite manifest brings, without what is loaded later. */
function closure(manifest, keys) {
  const files = new Set()
  const seen = new Set()
  const visit = (key) => {
    const part = manifest[key]
    if (part === undefined || seen.has(key)) return
    seen.add(key)
    files.add(part.file)
    for (const style of part.css ?? []) files.add(style)
    for (const next of part.imports ?? []) visit(next)
  }
  keys.forEach(visit)
  return files
}

function appBytes() {
  const folder = at('symphainy-frontend', 'dist')
  const manifestFile = `${folder}/.vite/manifest.json`
  if (!existsSync(manifestFile)) throw new Error('symphainy-frontend/dist/.vite/manifest.json is missing: run npm run build')
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'))
  const total = (files) => [...files].reduce((sum, file) => sum + gzipBytes(readFileSync(`${folder}/${file}`)), 0)
  const dynamic = Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry)
  const named = (pattern) => dynamic.filter((key) => pattern.test(basename(manifest[key].src ?? key)))
  const login = closure(manifest, ['index.html', ...named(/^(?:login|signIn|register)(?:Page)?\./i)])
  const chat = closure(
    manifest,
    dynamic.filter((key) => !login.has(manifest[key].file)),
  )
  return {
    login: total(login) + gzipBytes(readFileSync(`${folder}/index.html`)),
    chat: total([...chat].filter((file) => !login.has(file))),
  }
}

/**
 * Measures what a browser has to load. @returns rows to print, and whether each is within its budget
 */
export async function measureSizes() {
  const app = appBytes()
  const sizes = {
    client: await bundleBytes(['packages/client/dist/index.js'], []),
    clientWithChat: await bundleBytes(['packages/client/dist/index.js', 'packages/client/dist/chat.js'], []),
    react: await bundleBytes(['packages/react/dist/index.js'], [/^react($|\/|-dom)/, /^@symphainy\/(client|protocol)($|\/)/]),
    login: app.login,
    chat: app.chat,
  }
  const names = {
    client: '@symphainy/client, with protocol',
    clientWithChat: '… and @symphainy/client/chat',
    react: '@symphainy/react, on top of the client',
    login: 'login page in all, React included',
    chat: 'chat, loaded after sign-in',
  }
  return Object.keys(BUDGETS).map((key) => ({
    name: names[key],
    bytes: sizes[key],
    budget: BUDGETS[key],
    ok: BUDGETS[key] === null || sizes[key] < BUDGETS[key],
  }))
}

const kilobytes = (bytes) => `${(bytes / KB).toFixed(2)} KB`

/** The table of sizes as lines of text. */
export function sizeTable(rows) {
  return rows.map(
    ({ name, bytes, budget, ok }) =>
      `${ok ? ' ' : '✗'} ${name.padEnd(42)} ${kilobytes(bytes).padStart(9)} gzip${budget === null ? '' : `   budget ${kilobytes(budget)}`}`,
  )
}
