import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'vite'
import { giveSession, newPerson, registerByHttp } from '../../e2e/harness/people.js'
import { root, startPlatform } from '../../e2e/harness/platform.js'
import type { BrowserContext } from 'playwright-core'

/** One thing to measure: an address to go to, with a session to restore. */
export interface Candidate {
  name: string
  /** What it does, for the legend under the table. */
  what: string
  address: string
  /** Puts the session into a browser's window. */
  signIn(context: BrowserContext): Promise<void>
}

const HERE = new URL('./', import.meta.url).pathname
const OUT = join(root, '.cache/bench/connect')

async function buildPage(name: string): Promise<string> {
  const outDir = join(OUT, name)
  await build({ configFile: false, root: join(HERE, 'pages', name), logLevel: 'error', build: { outDir, emptyOutDir: true, target: 'es2022' } })
  return outDir
}

async function startPeer(kind: string, folder: string): Promise<{ origin: string; cookie: string; stop: () => void }> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(HERE, 'peerServer.ts'), kind, folder], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk)))
    child.once('exit', (code) => reject(new Error(`the server of ${kind} ended with ${code}`)))
  })
  const { port, cookie } = JSON.parse(line) as { port: number; cookie: string }
  return { origin: `http://127.0.0.1:${port}`, cookie, stop: () => void child.kill() }
}

/** Builds the pages and starts a server process for each. */
export async function startCandidates(): Promise<{ candidates: Candidate[]; stop: () => Promise<void> }> {
  const [clientPage, socketIoPage, naivePage] = await Promise.all([buildPage('client'), buildPage('socketIo'), buildPage('naive')])
  const [minimal, app, socketIo, naive] = await Promise.all([
    startPlatform({ env: { WEB_DIR: clientPage, LOG_LEVEL: 'warn' } }),
    startPlatform({ env: { LOG_LEVEL: 'warn' } }),
    startPeer('socketIo', socketIoPage),
    startPeer('naive', naivePage),
  ])
  const withOurs = async (origin: string): Promise<Candidate['signIn']> => {
    const session = await registerByHttp(origin, newPerson())
    return (context) => giveSession(context, origin, session)
  }
  const withCookie = (peer: { origin: string; cookie: string }): Candidate['signIn'] => {
    const [name = '', value = ''] = peer.cookie.split('=')
    return (context) => context.addCookies([{ name, value, url: peer.origin, httpOnly: true, sameSite: 'Lax' }])
  }
  const candidates: Candidate[] = [
    {
      name: '@symphainy/client',
      what: 'validates (which brings a ticket), then connects; SQLite behind it',
      address: `${minimal.origin}/`,
      signIn: await withOurs(minimal.origin),
    },
    {
      name: 'socket.io-client',
      what: 'validates, then connects as the library does by default (polling, then upgrade)',
      address: `${socketIo.origin}/`,
      signIn: withCookie(socketIo),
    },
    {
      name: 'socket.io-client, WebSocket only',
      what: 'validates, then connects with transports: ["websocket"]',
      address: `${socketIo.origin}/?transports=websocket`,
      signIn: withCookie(socketIo),
    },
    {
      name: 'socket first',
      what: 'opens the socket at once and validates beside it: the order that loops when there is no session',
      address: `${naive.origin}/`,
      signIn: withCookie(naive),
    },
    {
      name: 'the whole web app',
      what: 'ours with React, the chat and its history; the others are bare pages',
      address: `${app.origin}/`,
      signIn: await withOurs(app.origin),
    },
  ]
  return {
    candidates,
    async stop() {
      socketIo.stop()
      naive.stop()
      await Promise.all([minimal.dispose(), app.dispose()])
    },
  }
}
