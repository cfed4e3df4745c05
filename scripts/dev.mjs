#!/usr/bin/env node
import './steps/nodeVersion.mjs'
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fail } from './steps/commands.mjs'
import { ensureInstalled } from './steps/install.mjs'
import { at, root } from './steps/paths.mjs'
import { tsc } from './steps/products.mjs'
import { step } from './steps/progress.mjs'

const HELP = `npm run dev [-- --port 5173]

Runs the platform and the web app, and loads again what you edit: the page at once, the platform with a restart.
One address is printed; open that one. Data is kept in .data/dev (set DATA_DIR for another place). Ctrl-C ends both.`

const PACKAGES = ['packages/protocol', 'packages/client', 'packages/react', 'packages/gateway']

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })

function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  if (process.platform === 'win32') child.kill()
  else process.kill(-child.pid, 'SIGTERM')
}

async function main() {
  if (process.argv.includes('--help')) return void console.log(HELP)
  const asked = process.argv.indexOf('--port')
  const port = asked === -1 ? '5173' : process.argv[asked + 1]
  await ensureInstalled()
  await step('Building the packages', () => tsc(['-b', ...PACKAGES]))
  const platformPort = await freePort()
  const children = []
  let ending = false
  const end = (code) => {
    if (ending) return
    ending = true
    for (const child of children) stop(child)
    process.exitCode = code
  }
  const start = (name, args, options) => {
    // A group of its own: the compiler and the watcher have children that a signal to them alone would leave behind.
    const child = spawn(process.execPath, args, { stdio: 'inherit', detached: process.platform !== 'win32', ...options })
    children.push(child)
    child.on('exit', (code) => {
      if (!ending) console.error(`${name} ended with ${code ?? 'a signal'}; its words stand above.`)
      end(code ?? 1)
    })
  }
  process.on('SIGINT', () => end(0))
  process.on('SIGTERM', () => end(0))
  // The packages are compiled as they change; the platform and Vite both see their new dist.
  start('The compiler', [at('node_modules', 'typescript', 'bin', 'tsc'), '-b', ...PACKAGES, '--watch', '--preserveWatchOutput'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  start('The platform', [at('node_modules', 'tsx', 'dist', 'cli.mjs'), 'watch', '--clear-screen=false', at('symphainy-platform', 'src', 'main.ts')], {
    cwd: root,
    env: { DATA_DIR: at('.data', 'dev'), ...process.env, PORT: String(platformPort), HOST: '127.0.0.1', LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  start('The web app', [at('node_modules', 'vite', 'bin', 'vite.js'), '--port', port, '--logLevel', 'warn'], {
    cwd: at('symphainy-frontend'),
    env: { ...process.env, SYMPHAINY_PLATFORM_URL: `http://127.0.0.1:${platformPort}` },
  })
  console.log(`Symphainy, loading again what you edit: http://localhost:${port}`)
}

try {
  await main()
} catch (error) {
  fail(error)
}
