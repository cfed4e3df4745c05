import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const root: string = new URL('../../', import.meta.url).pathname
const MAIN = join(root, 'symphainy-platform/dist/main.js')
const ADDRESS = /https?:\/\/[^\s"'/]+:(\d+)/
const START_LIMIT_MS = 30_000

export interface PlatformOptions {
  /** Where its data is. @default a folder of its own that is removed at the end */
  dataDir?: string
  /** @default 0: a free port */
  port?: number
  env?: Record<string, string>
}

/** A platform in a process of its own, as `npm start` runs it, so that it can be killed. */
export interface Platform {
  port: number
  origin: string
  dataDir: string
  /** Everything it has printed. */
  output(): string
  /** Ends it as Ctrl-C does. @returns its exit code */
  stop(): Promise<number | null>
  /** Ends it as a power cut does. */
  kill(): Promise<void>
  /** Ends it and removes its data, if that was its own. Idempotent. */
  dispose(): Promise<void>
}

/** What the platform inherits of our environment: nothing that would configure it. */
const inherited = (): Record<string, string | undefined> => ({ PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'] })

export interface PlatformProcess {
  child: ChildProcess
  /** Everything it has printed. */
  output: () => string
  /** Its exit code, when it has ended; null when a signal ended it. */
  ended: Promise<number | null>
}

/** Starts a process of the platform without waiting for its address. */
export function spawnPlatform(options: PlatformOptions & { dataDir: string }): PlatformProcess {
  const child = spawn(process.execPath, [MAIN], {
    cwd: root,
    env: { ...inherited(), HOST: '127.0.0.1', PORT: String(options.port ?? 0), DATA_DIR: options.dataDir, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += String(chunk)))
  child.stderr.on('data', (chunk) => (output += String(chunk)))
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  return { child, output: () => output, ended }
}

export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'symphainy-e2e-')))
  const { child, output, ended } = spawnPlatform({ ...options, dataDir })
  const port = await new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the platform printed no address within ${START_LIMIT_MS} ms:\n${output()}`)), START_LIMIT_MS)
    const look = (): void => {
      const found = ADDRESS.exec(output())
      if (found === null) return
      clearTimeout(timer)
      resolve(Number(found[1]))
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    void ended.then((code) => {
      clearTimeout(timer)
      reject(new Error(`the platform ended with ${code}:\n${output()}`))
    })
  })
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    return ended
  }
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    dataDir,
    output,
    stop: () => end('SIGINT'),
    kill: async () => void (await end('SIGKILL')),
    async dispose() {
      await end('SIGKILL')
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}
