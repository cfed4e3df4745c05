import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { button, expectAnswered, expectPath, expectStatus, fillSignIn, openAccountItem, say } from './harness/app.js'
import { loginByHttp } from './harness/people.js'
import { useSite } from './harness/site.js'

const site = useSite()

it('[devices] shows the sessions, and revokes another one', async () => {
  const { page, session } = await site.visitConnected()
  const other = await loginByHttp(site.platform.origin, session.person)
  await openAccountItem(page, 'Devices')
  await expectPath(page, /^\/devices/)
  const revoke = page.getByRole('button', { name: /^(sign out|revoke|end)(?!.*all)(?!.*other)/i })
  await expect.poll(() => page.getByRole('main').textContent()).toMatch(/this device|this browser|current/i)
  await expect.poll(() => revoke.count()).toBeGreaterThan(0)
  await revoke.first().click()
  const confirm = page.getByRole('dialog').getByRole('button', { name: /sign out|revoke|end|yes/i })
  if ((await confirm.count()) > 0) await confirm.first().click()
  await expect.poll(async () => (await other.call('GET', '/api/auth/session')).status).toBe(401)
  expect((await session.call('GET', '/api/auth/session')).status).toBe(200)
  await expectStatus(page, 'Connected')
})

it('[devices] ends all others at once', async () => {
  const { page, session } = await site.visitConnected('/devices')
  const others = [await loginByHttp(site.platform.origin, session.person), await loginByHttp(site.platform.origin, session.person)]
  await page.reload()
  await expectStatus(page, 'Connected')
  await button(page, /all other/i).click()
  const confirm = page.getByRole('dialog').getByRole('button', { name: /sign out|revoke|end|yes/i })
  if ((await confirm.count()) > 0) await confirm.first().click()
  for (const other of others) await expect.poll(async () => (await other.call('GET', '/api/auth/session')).status).toBe(401)
  await expectStatus(page, 'Connected')
})

it('[password] changing it ends the other sessions, and the new one signs in', async () => {
  const { page, session } = await site.visitConnected('/devices')
  const other = await loginByHttp(site.platform.origin, session.person)
  const next = 'another long pass phrase'
  await page.getByLabel(/current password/i).fill(session.person.password)
  await page.getByLabel(/new password/i).first().fill(next)
  await button(page, /change (the )?password/i).click()
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
  const control = button(page, /export/i).or(page.getByRole('link', { name: /export/i }))
  const [download] = await Promise.all([page.waitForEvent('download'), control.first().click()])
  const data = await readFile(await download.path(), 'utf8')
  expect(data).toContain(session.person.email)
  expect(data).toContain('What is Symphainy?')
  expect(data).not.toContain('$argon2')
})

it('[delete] the account is gone, with its sessions and its data', async () => {
  const { page, session } = await site.visitConnected('/devices')
  await button(page, /delete (my|the|this|your)? ?account/i).click()
  const dialog = page.getByRole('dialog').or(page.getByRole('alertdialog'))
  const password = dialog.getByLabel(/password/i)
  if ((await password.count()) > 0) await password.fill(session.person.password)
  if ((await dialog.count()) > 0) await dialog.getByRole('button', { name: /delete/i }).click()
  await expectPath(page, /^\/login/)
  expect((await session.call('GET', '/api/auth/session')).status).toBe(401)
  await expect(loginByHttp(site.platform.origin, session.person)).rejects.toThrow('401')
  await expect.poll(() => site.network.openSockets).toBe(0)
})
