import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { runSource, type SourceProcess } from './fixtures/sourceProcess.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let dataDir: string
const running: SourceProcess[] = []
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'symphainy-main-'))
})
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
  rmSync(dataDir, { recursive: true })
})

function main(env: Record<string, string> = {}, args: string[] = []): SourceProcess {
  const started = runSource('main.ts', { args, env: { HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataDir, ...env } })
  running.push(started)
  return started
}

it('prints its address in one line, serves, and ends cleanly at the first signal', async () => {
  const platform = main()
  const [, port = ''] = await platform.printed(/^Symphainy is at http:\/\/localhost:(\d+)$/m)
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
  platform.child.kill('SIGTERM')
  expect(await platform.ended).toBe(0)
  expect(platform.output()).not.toMatch(/rror|at .*\.ts:/)
})

it('starts beside what cannot work: each says one clear line, exits with 1 and shows no stack', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => taken.once('listening', resolve))
  const port = (taken.address() as AddressInfo).port
  const damaged = join(dataDir, 'damaged')
  const rubbish = 'this is no database. '.repeat(500)
  mkdirSync(damaged)
  writeFileSync(join(damaged, 'symphainy.db'), rubbish)
  const starts: { env: Record<string, string>; says: RegExp }[] = [
    { env: { PORT: String(port) }, says: new RegExp(`^Symphainy cannot start. Port ${port} is in use by another process.*PORT=`) },
    { env: { HOST: '203.0.113.77', DATA_DIR: join(dataDir, 'b') }, says: /There is no address 203\.0\.113\.77 on this machine.*HOST=/ },
    { env: { WEB_DIR: join(dataDir, 'no-web'), DATA_DIR: join(dataDir, 'd') }, says: /WEB_DIR names .*no-web, and no index\.html is in it/ },
    { env: { DATA_DIR: damaged }, says: /symphainy\.db is damaged .* Nothing was changed\. Restore a backup/ },
    {
      env: { PORT: 'eighty', TRUST_PROXY: 'true', DATA_DIR: join(dataDir, 'c') },
      says: /configuration has a problem:\n {2}PORT is not a whole number: "eighty"\. For example: PORT=8080\n {2}TRUST_PROXY is "true"/,
    },
  ]
  for (const { platform, says } of starts.map((start) => ({ ...start, platform: main(start.env) }))) {
    expect(await platform.ended).toBe(1)
    expect(platform.output()).toMatch(says)
    expect(platform.output()).not.toMatch(/\n\s+at |node:internal/)
  }
  taken.close()
  expect(readFileSync(join(damaged, 'symphainy.db'), 'utf8')).toBe(rubbish)
})

it('--help lists the variables and starts nothing', async () => {
  const help = main({}, ['--help'])
  expect(await help.ended).toBe(0)
  expect(help.output()).toContain('SESSION_TTL_SECONDS')
  expect(help.output()).not.toContain('Symphainy is at')
})
