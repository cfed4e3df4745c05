import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { button, expectAnswered, expectPath, expectStatus, fillSignIn, openAccountItem, say } from './harness/app.js'
import { loginByHttp } from './harness/people.js'
import { openSite } from './harness/site.js'

const site = openSite()

it('[devices] shows the sessions, and ends another one', async () => {
  const { page, session } = await site.visitConnected()
  const other = await loginByHttp(site.platform.origin, session.person)
  await openAccountItem(page, 'Devices')
  await expectPath(page, '/devices')
  const list = page.getByRole('list', { name: 'Signed-in devices' })
  await expect.poll(() => list.getByRole('listitem').count()).toBe(2)
  expect(await list.getByText('This browser').count()).toBe(1)
  await list.getByRole('button', { name: /^End / }).click()
  await expect.poll(() => list.getByRole('listitem').count()).toBe(1)
  expect((await other.call('GET', '/api/auth/session')).status).toBe(401)
  expect((await session.call('GET', '/api/auth/session')).status).toBe(200)
  await expectStatus(page, 'Connected')
})

it('[devices] ends all others at once', async () => {
  const { page, session } = await site.visitConnected()
  const others = [await loginByHttp(site.platform.origin, session.person), await loginByHttp(site.platform.origin, session.person)]
  await openAccountItem(page, 'Devices')
  await button(page, 'End all others').click()
  for (const other of others) await expect.poll(async () => (await other.call('GET', '/api/auth/session')).status).toBe(401)
  await expect.poll(() => page.getByText('No other browser is signed in.').count()).toBe(1)
  await expectStatus(page, 'Connected')
})

it('[password] changing it ends the other sessions, and the new one signs in', async () => {
  const { page, session } = await site.visitConnected('/devices')
  const other = await loginByHttp(site.platform.origin, session.person)
  const next = 'another long pass phrase'
  await page.getByLabel('Current password', { exact: true }).fill(session.person.password)
  await page.getByLabel('New password', { exact: true }).fill(next)
  await button(page, 'Change').click()
  await expect.poll(async () => (await other.call('GET', '/api/auth/session')).status).toBe(401)
  await expectStatus(page, 'Connected')
  await openAccountItem(page, 'Sign out')
  await expectPath(page, /^\/login/)
  await fillSignIn(page, { email: session.person.email, password: next })
  await expectStatus(page, 'Connected')
})

it('[export] gives the person their data', async () => {
  const { page, session } = await site.visitConnected()
  await say(page, 'What is Symphainy?')
  await expectAnswered(page, 1)
  await openAccountItem(page, 'Devices')
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Download my data').click()])
  const data = await readFile(await download.path(), 'utf8')
  expect(data).toContain(session.person.email)
  expect(data).toContain('What is Symphainy?')
  expect(data).not.toContain('$argon2')
})

it('[delete] the account is gone, with its sessions and its data', async () => {
  const { page, session } = await site.visitConnected('/devices')
  await button(page, 'Delete everything…').click()
  await page.getByLabel('To go on, type delete').fill('delete')
  const password = page.getByLabel('Your password')
  if ((await password.count()) > 0) await password.fill(session.person.password)
  await button(page, 'Delete everything now').click()
  await expectPath(page, /^\/login/)
  expect((await session.call('GET', '/api/auth/session')).status).toBe(401)
  await expect(loginByHttp(site.platform.origin, session.person)).rejects.toThrow('401')
  await expect.poll(() => site.network.openSockets).toBe(0)
})
