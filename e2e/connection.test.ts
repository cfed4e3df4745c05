import { expect, it } from 'vitest'
import { expectAnswered, expectStatus, field, log, openAccountItem, say, status } from './harness/app.js'
import { openSite } from './harness/site.js'

const site = openSite()

it('[connection lost] [UI3] Reconnecting, then Connected, and no redirect', async () => {
  const { page, traffic } = await site.visitConnected()
  await site.network.set({ kind: 'refuse' })
  await expectStatus(page, 'Reconnecting')
  await site.network.heal()
  await expectStatus(page, 'Connected')
  expect(traffic.addresses.some((address) => address.includes('/login'))).toBe(false)
  expect(site.network.openSockets).toBe(1)
  expect(traffic.count('GET', '/api/auth/session')).toBe(1)
})

it('[cut] [CN4] a socket cut ten times is always replaced by one, with a ticket each', async () => {
  const { page, traffic } = await site.visitSignedIn()
  await page.clock.install()
  await page.goto(site.origin)
  await expectStatus(page, 'Connected')
  for (let n = 1; n <= 10; n += 1) {
    site.network.cut('webSockets')
    await expectStatus(page, 'Reconnecting')
    // Further than any wait of the retry policy.
    await page.clock.fastForward(20_000)
    await expectStatus(page, 'Connected')
    expect(traffic.openSockets()).toBe(1)
    expect(traffic.count('POST', '/api/auth/ws-ticket')).toBe(n)
    expect(traffic.sockets).toHaveLength(n + 1)
  }
})

it('[L17] a black-holed socket is noticed within its heartbeat and 8 s, and replaced', async () => {
  const { page, traffic } = await site.visitSignedIn()
  await page.clock.install()
  await page.goto(site.origin)
  await expectStatus(page, 'Connected')
  await site.network.set({ kind: 'blackHole' })
  // Heartbeat 20 s, then 8 s without any frame.
  await page.clock.runFor(29_000)
  await expectStatus(page, 'Reconnecting')
  await site.network.heal()
  // In small steps: the network is a real one, and a leap would outrun its answers.
  const later = async (): Promise<string | null> => {
    await page.clock.runFor(100)
    return status(page).textContent()
  }
  await expect.poll(later, { timeout: 30_000 }).toMatch(/^Connected/)
  expect(traffic.addresses.some((address) => address.includes('/login'))).toBe(false)
})

it('[offline] what is typed while the network is away is sent when it is back, once', async () => {
  const { page } = await site.visitConnected()
  await site.network.set({ kind: 'refuse' })
  await expectStatus(page, 'Reconnecting')
  await say(page, 'What is a ticket?')
  await expect.poll(() => log(page).textContent()).toContain('What is a ticket?')
  expect(await field(page).inputValue()).toBe('')
  await site.network.heal()
  await expectStatus(page, 'Connected')
  await expectAnswered(page, 1)
  expect(await log(page).getByText('What is a ticket?', { exact: true }).count()).toBe(1)
})

it('[slow network] 300 ms each way: restored and answered all the same', async () => {
  await site.network.set({ kind: 'delay', ms: 150 })
  const { page } = await site.visitConnected()
  await say(page, 'What is a close code?')
  await expectAnswered(page, 1)
})

it('[page "Connection"] shows state, round trip, attempts and what happened', async () => {
  const { page } = await site.visitConnected()
  site.network.cut('webSockets')
  await expectStatus(page, 'Reconnecting')
  await expectStatus(page, 'Connected')
  await openAccountItem(page, 'Connection')
  const main = page.getByRole('main')
  await expect.poll(() => main.textContent()).toMatch(/1006/)
  expect(await main.textContent()).toMatch(/Connected/)
  expect(site.network.openSockets).toBe(1)
})
