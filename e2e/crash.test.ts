import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { button, expectAnswered, expectStatus, log, say } from './harness/app.js'
import { launchBrowser } from './harness/browsers.js'
import { startModelServer, type ModelServer } from './harness/modelServer.js'
import { giveSession, registerByHttp } from './harness/people.js'
import { spawnPlatform, startPlatform, type Platform, type PlatformProcess } from './harness/platform.js'
import { watch } from './harness/traffic.js'

let browser: Browser
let model: ModelServer
let dataDir: string
let platform: Platform | undefined
const starts: PlatformProcess[] = []

/** A start that is expected to fail; it is ended with its test if it does not. */
function start(options: { port?: number; env?: Record<string, string> } = {}): PlatformProcess {
  const started = spawnPlatform({ ...options, dataDir })
  starts.push(started)
  return started
}

beforeAll(async () => {
  browser = await launchBrowser('chromium')
})

beforeEach(async () => {
  model = await startModelServer()
  dataDir = await mkdtemp(join(tmpdir(), 'symphainy-crash-'))
})

afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()))
  await platform?.dispose()
  for (const { child, ended } of starts.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
  await model.close()
  await rm(dataDir, { recursive: true, force: true })
})

afterAll(() => browser.close())

it('[kill -9] during an answer: Reconnecting, Connected, the answer ends as interrupted and can be tried again [RS5]', async () => {
  const env = { OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: 'none', OPENAI_MODEL: 'test' }
  platform = await startPlatform({ dataDir, env })
  const { port, origin } = platform
  const context = await browser.newContext()
  await giveSession(context, origin, await registerByHttp(origin))
  const page = await context.newPage()
  const traffic = watch(page)
  await page.goto(origin)
  await expectStatus(page, 'Connected')
  await say(page, 'Tell me a story')
  await expect.poll(() => model.open()).toBe(1)
  model.write('Once upon a time ')
  await expect.poll(() => log(page).textContent()).toContain('Once upon a time')
  await platform.kill()
  await expectStatus(page, 'Reconnecting')
  platform = await startPlatform({ dataDir, port, env })
  await expect.poll(() => log(page).locator('[data-status="failed"]').count(), { timeout: 30_000 }).toBe(1)
  await expectStatus(page, 'Connected')
  expect(await log(page).textContent()).toContain('Once upon a time')
  await button(page, 'Try again').click()
  await expect.poll(() => model.open()).toBe(1)
  model.write('The whole story.')
  model.finish()
  expect(await (await expectAnswered(page, 1)).textContent()).toContain('The whole story.')
  expect(await log(page).getByText('Tell me a story', { exact: true }).count()).toBe(1)
  expect(traffic.addresses.some((address) => address.includes('/login'))).toBe(false)
  expect(traffic.problems).toEqual([])
})

it('[stop] Ctrl-C ends the platform with 0', async () => {
  platform = await startPlatform({ dataDir })
  expect(await platform.stop()).toBe(0)
})

it('[port in use] one clear line that names the port, and an exit code that is not 0', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  const { ended, output } = start({ port })
  expect(await ended).toBeGreaterThan(0)
  expect(output()).toContain(String(port))
  expect(output()).toMatch(/in use|already/i)
  expect(output()).not.toMatch(/^\s+at /m)
  await new Promise((resolve) => other.close(resolve))
})

it('[corrupted database] one clear line, an exit code that is not 0, and nothing overwritten', async () => {
  platform = await startPlatform({ dataDir })
  await platform.stop()
  const name = (await readdir(dataDir, { recursive: true })).find((file) => /\.(?:db|sqlite3?)$/.test(file))
  expect(name).toBeDefined()
  const file = join(dataDir, String(name))
  await rm(`${file}-wal`, { force: true })
  await rm(`${file}-shm`, { force: true })
  const rubbish = Buffer.alloc(16_384, 'not a database ')
  await writeFile(file, rubbish)
  const { ended, output } = start()
  expect(await ended).toBeGreaterThan(0)
  expect(output()).toContain(String(name))
  expect(output()).not.toMatch(/^\s+at /m)
  expect((await readFile(file)).equals(rubbish)).toBe(true)
})

it('[wrong setting] names the variable', async () => {
  const { ended, output } = start({ env: { SESSION_TTL_SECONDS: 'soon' } })
  expect(await ended).toBeGreaterThan(0)
  expect(output()).toContain('SESSION_TTL_SECONDS')
})
