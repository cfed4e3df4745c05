import { describe, expect, it } from 'vitest'
import { button, chat, expectPath, expectStatus, fillSignIn, openAccountItem, say, write } from './harness/app.js'
import { browserNames } from './harness/browsers.js'
import { giveSession, loginByHttp, newPerson, registerByHttp } from './harness/people.js'
import { openSite } from './harness/site.js'
import type { Traffic } from './harness/traffic.js'

describe.each(browserNames)('the session, in %s', (name) => {
  const site = openSite(name)

  /** Counted on the wire, and where the driver tells of sockets (Firefox's does not) in the browser too. */
  const expectSockets = (traffic: Traffic, count: number): void => {
    expect(site.network.counts.upgrades).toBe(count)
    if (name === 'chromium') expect(traffic.sockets).toHaveLength(count)
  }

  it('[no auth] [UI2] goes to /login, says where it came from, and opens no socket', async () => {
    const { page, traffic } = await site.visit()
    await page.goto(`${site.origin}/insights`)
    await expectPath(page, /^\/login\?next=(%2F|\/)insights$/)
    expect(await page.getByRole('heading', { name: 'Sign in' }).isVisible()).toBe(true)
    expectSockets(traffic, 0)
    expect(traffic.count('POST', '/api/auth/ws-ticket')).toBe(0)
  })

  it('[valid session] [CN4] is restored and connected with exactly one GET /api/auth/session and one socket', async () => {
    const { page, traffic } = await site.visitSignedIn()
    await page.goto(site.origin)
    await expectStatus(page, 'Connected')
    expect(traffic.count('GET', '/api/auth/session')).toBe(1)
    expect(traffic.count('POST', '/api/auth/ws-ticket')).toBe(0)
    expectSockets(traffic, 1)
    expect(site.network.count('GET', '/api/auth/session')).toBe(1)
    expect(site.network.openSockets).toBe(1)
  })

  it('[invalid session] is cleared and goes to login', async () => {
    const session = await registerByHttp(site.platform.origin)
    const { page, context, traffic } = await site.visit()
    await giveSession(context, site.origin, session)
    await page.goto(site.origin)
    await expectStatus(page, 'Connected')
    expect((await session.call('POST', '/api/auth/logout')).status).toBe(204)
    await page.goto('about:blank')
    expectSockets(traffic, 1)
    await page.goto(site.origin)
    await expectPath(page, /^\/login/)
    expectSockets(traffic, 1)
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain(session.person.email)
  })

  it('[login] [UI2] leads back to where one wanted to go, connected', async () => {
    const { person } = await registerByHttp(site.platform.origin)
    const { page, traffic } = await site.visit()
    await page.goto(`${site.origin}/insights`)
    await fillSignIn(page, person)
    await expectPath(page, '/insights')
    await expectStatus(page, 'Connected')
    expectSockets(traffic, 1)
    expect(await chat(page).isVisible()).toBe(true)
  })

  it.each(['https://example.com/', '//example.com/', '/\\example.com', 'javascript:alert(1)', '/login?next=/login'])(
    '[UI2] after login `next` leads nowhere but to a page of this site: %s',
    async (next) => {
      const { person } = await registerByHttp(site.platform.origin)
      const { page, traffic } = await site.visit()
      await page.goto(`${site.origin}/login?next=${encodeURIComponent(next)}`)
      await fillSignIn(page, person)
      await expectStatus(page, 'Connected')
      await expectPath(page, '/')
      expect(traffic.addresses.every((address) => address.startsWith(site.origin))).toBe(true)
    },
  )

  it('[wrong password] says so in words and stays', async () => {
    const { person } = await registerByHttp(site.platform.origin)
    const { page, traffic } = await site.visit()
    await page.goto(`${site.origin}/login`)
    await fillSignIn(page, { ...person, password: 'not the password' })
    await expect.poll(() => page.getByRole('alert').filter({ hasText: /\S/ }).first().textContent()).toMatch(/password/i)
    await expectPath(page, /^\/login/)
    expectSockets(traffic, 0)
    await fillSignIn(page, person)
    await expectStatus(page, 'Connected')
  })

  it('[register] makes an account and connects', async () => {
    const person = newPerson()
    const { page } = await site.visit()
    await page.goto(`${site.origin}/login`)
    await page.getByRole('link', { name: 'Create an account' }).click()
    await expectPath(page, /^\/register/)
    await write(page.getByLabel('Name', { exact: true }), person.name)
    await write(page.getByLabel('Email', { exact: true }), person.email)
    await write(page.getByLabel('Password', { exact: true }), person.password)
    await button(page, 'Create account').click()
    await expectStatus(page, 'Connected')
  })

  it('[logout] closes the socket, clears what was stored and revokes the session on the server [L10]', async () => {
    const { page, context, traffic, session } = await site.visitConnected()
    await openAccountItem(page, 'Sign out')
    await expectPath(page, /^\/login/)
    await expect.poll(() => site.network.openSockets).toBe(0)
    await expect.poll(() => traffic.openSockets()).toBe(0)
    expect((await session.call('GET', '/api/auth/session')).status).toBe(401)
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain(session.person.email)
    expect((await context.cookies()).filter((cookie) => cookie.value !== '').map((cookie) => cookie.name)).not.toContain('symphainy_present')
    await page.goto(site.origin)
    await expectPath(page, /^\/login/)
  })

  it('[auth lost] [SE3] a session revoked from another device: one redirect and no further attempt [L2]', async () => {
    const { page, traffic, session } = await site.visitSignedIn()
    await page.clock.install()
    await page.goto(site.origin)
    await expectStatus(page, 'Connected')
    const elsewhere = await loginByHttp(site.platform.origin, session.person)
    expect((await elsewhere.call('DELETE', `/api/auth/sessions/${session.facts.session.id}`)).status).toBe(204)
    await expectPath(page, /^\/login/)
    await page.clock.fastForward('10:00')
    // A request of the page itself that has come back: whatever the clock set off has been sent before it.
    await page.evaluate(() => fetch('/healthz').then((answer) => answer.status))
    expectSockets(traffic, 1)
    expect(traffic.count('POST', '/api/auth/ws-ticket')).toBe(0)
    expect(traffic.addresses.filter((address) => new URL(address).pathname === '/login')).toHaveLength(1)
    await expect.poll(() => traffic.openSockets()).toBe(0)
  })

  it('[unmount] leaves no socket', async () => {
    const { page } = await site.visitConnected()
    expect(site.network.openSockets).toBe(1)
    await page.goto('about:blank')
    await expect.poll(() => site.network.openSockets).toBe(0)
  })

  it('[second tab] [TB6] [UI3] says where the chat is in use, offers "Use here", and never fights', async () => {
    const { page: first, context } = await site.visitConnected()
    const { page: second } = await site.tab(context)
    await second.goto(site.origin)
    await expectStatus(second, 'In use in another tab')
    expect(site.network.openSockets).toBe(1)
    await button(second, 'Use here').first().click()
    await expectStatus(second, 'Connected')
    await expectStatus(first, 'In use in another tab')
    await say(second, 'What is Symphainy?')
    expect(site.network.openSockets).toBe(1)
    expect(site.network.counts.upgrades).toBe(2)
    await button(first, 'Use here').first().click()
    await expectStatus(first, 'Connected')
    await expectStatus(second, 'In use in another tab')
    expect(site.network.counts.upgrades).toBe(3)
  })

  it('[L9] signing out in one tab signs out the others', async () => {
    const { page: first, context } = await site.visitConnected()
    const { page: second } = await site.tab(context)
    await second.goto(site.origin)
    await expectStatus(second, 'In use in another tab')
    await openAccountItem(first, 'Sign out')
    await expectPath(first, /^\/login/)
    await expectPath(second, /^\/login/)
  })
})
