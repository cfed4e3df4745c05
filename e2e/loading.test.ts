import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { button, chat, expectPath, expectStatus } from './harness/app.js'
import { openSite, type Visit } from './harness/site.js'

const site = openSite()

/** A word that is in the code of the chat and nowhere else. */
const CHAT_CODE = 'symphainy-composer'

/** Holds the answers to `GET /api/auth/session` until `release()`. */
async function holdValidation(page: Page): Promise<{ release: () => void }> {
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route('**/api/auth/session', async (route) => {
    await held
    await route.continue()
  })
  return { release: () => release() }
}

/** The scripts loaded so far that hold code of the chat. */
async function chatScripts({ traffic }: Visit): Promise<string[]> {
  const scripts = traffic.requests.filter((request) => request.resourceType() === 'script' || request.url().endsWith('.js'))
  const found: string[] = []
  for (const script of scripts) {
    const answer = await script.response()
    if (answer !== null && (await answer.text()).includes(CHAT_CODE)) found.push(script.url())
  }
  return found
}

it('[loading] [UI1] [CN1] no socket, no ticket and no chat code before auth is confirmed; all of them after', async () => {
  const visit = await site.visitSignedIn()
  const { page, traffic } = visit
  const { release } = await holdValidation(page)
  await page.goto(site.origin, { waitUntil: 'load' })
  await expect.poll(() => traffic.count('GET', '/api/auth/session')).toBe(1)
  expect(traffic.sockets).toHaveLength(0)
  expect(traffic.count('POST', '/api/auth/ws-ticket')).toBe(0)
  expect(await chat(page).count()).toBe(0)
  expect(await chatScripts(visit)).toEqual([])
  release()
  await expectStatus(page, 'Connected')
  expect(await chat(page).isVisible()).toBe(true)
  expect(await chatScripts(visit)).not.toEqual([])
  expect(traffic.sockets).toHaveLength(1)
})

it('[login page] [UI1] loads no chat code', async () => {
  const visit = await site.visit()
  await visit.page.goto(`${site.origin}/login`, { waitUntil: 'networkidle' })
  expect(await chatScripts(visit)).toEqual([])
})

it('[login page] weighs less than 95 KB on the wire, React included', async () => {
  const { page, context } = await site.visit()
  const cdp = await context.newCDPSession(page)
  await cdp.send('Network.enable')
  let bytes = 0
  cdp.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength))
  await page.goto(`${site.origin}/login`, { waitUntil: 'networkidle' })
  expect(bytes).toBeGreaterThan(10 * 1024)
  expect(bytes).toBeLessThan(95 * 1024)
})

it.each([
  ['cannot be reached', (page: Page) => page.route('**/api/**', (route) => route.abort('connectionrefused'))],
  [
    'answers 503',
    (page: Page) => page.route('**/api/**', (route) => route.fulfill({ status: 503, json: { error: { code: 'unavailable', message: 'Later' } } })),
  ],
])('[platform down] a platform that %s at page load: unreachable, keeps the session, recovers alone [L8]', async (_, breakApi) => {
  const { page, traffic, session } = await site.visitConnected()
  await breakApi(page)
  await page.reload()
  await expect.poll(() => button(page, 'Retry').count()).toBe(1)
  expect(await page.getByText(session.person.name).first().isVisible()).toBe(true)
  expect(traffic.addresses.some((address) => address.includes('/login'))).toBe(false)
  await page.unroute('**/api/**')
  await expectStatus(page, 'Connected')
  expect(traffic.addresses.some((address) => address.includes('/login'))).toBe(false)
})

it('[U7] a browser clock that is an hour off changes nothing', async () => {
  const { page, traffic } = await site.visitSignedIn()
  await page.clock.setSystemTime(Date.now() + 3_600_000)
  await page.goto(site.origin)
  await expectStatus(page, 'Connected')
  expect(traffic.count('POST', '/api/auth/refresh')).toBe(0)
})

const STORED = [
  ['a stored user that is broken JSON', (value: string) => value.slice(0, Math.floor(value.length / 2))],
  ['a stored user of another shape', () => '{"user":42,"sessionId":[],"generation":"x"}'],
  ['token_placeholder', (value: string) => value.replace(/"sessionId":"[^"]*"/, '"sessionId":"token_placeholder"')],
  ['an empty token', (value: string) => value.replace(/"sessionId":"[^"]*"/, '"sessionId":""')],
  ['a blank token', (value: string) => value.replace(/"sessionId":"[^"]*"/, '"sessionId":"   "')],
] as const

async function spoilStorage(page: Page, spoil: (value: string) => string): Promise<void> {
  const stored = await page.evaluate(() => Object.entries({ ...localStorage }) as [string, string][])
  expect(stored.length).toBeGreaterThan(0)
  await page.evaluate(
    (entries) => entries.forEach(([key, value]) => localStorage.setItem(key, value)),
    stored.map(([key, value]): [string, string] => [key, spoil(value)]),
  )
}

it.each(STORED)('[stored] %s, with a valid session: restored', async (_, spoil) => {
  const { page } = await site.visitConnected()
  await spoilStorage(page, spoil)
  await page.reload()
  await expectStatus(page, 'Connected')
})

it.each(STORED)('[stored] %s, without a session: login, and no socket', async (_, spoil) => {
  const { page, context, traffic } = await site.visitConnected()
  await spoilStorage(page, spoil)
  await context.clearCookies()
  await page.goto('about:blank')
  const before = traffic.sockets.length
  await page.goto(site.origin)
  await expectPath(page, /^\/login/)
  expect(traffic.sockets).toHaveLength(before)
})

const denyStorage = (): void => {
  const deny = (): never => {
    throw new DOMException('The operation is insecure.', 'SecurityError')
  }
  Object.defineProperty(window, 'localStorage', { get: deny })
  Object.defineProperty(window, 'sessionStorage', { get: deny })
}

it('[storage throws] a valid session is restored all the same', async () => {
  const { page } = await site.visitSignedIn()
  await page.addInitScript(denyStorage)
  await page.goto(site.origin)
  await expectStatus(page, 'Connected')
})

it('[storage throws] nobody signed in: login works', async () => {
  const { session } = await site.visitSignedIn()
  const { page } = await site.visit()
  await page.addInitScript(denyStorage)
  await page.goto(site.origin)
  await expectPath(page, /^\/login/)
  await page.getByLabel('Email', { exact: true }).fill(session.person.email)
  await page.getByLabel('Password', { exact: true }).fill(session.person.password)
  await button(page, 'Sign in').click()
  await expectStatus(page, 'Connected')
})
