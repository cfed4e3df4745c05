import { expect, it } from 'vitest'
import { answers, button, chat, expectAnswered, expectPath, expectStatus, field, log, openAccountItem, say } from './harness/app.js'
import { giveSession, newPerson, registerByHttp } from './harness/people.js'
import { openSite } from './harness/site.js'

const site = openSite()

/** Notes every length that the conversation's text takes: an answer that streams takes many. */
const noteLengths = (): void => {
  const lengths: number[] = []
  Object.assign(window, { lengths })
  new MutationObserver(() => {
    const answer = document.querySelector('[data-role="assistant"]')
    if (answer !== null) lengths.push(answer.textContent.length)
  }).observe(document, { subtree: true, childList: true, characterData: true })
}

it('[ask] [UI5] the guide streams an answer with sources that open, and says that it is search', async () => {
  const { page, context } = await site.visitSignedIn()
  await page.addInitScript(noteLengths)
  await page.goto(site.origin)
  await expectStatus(page, 'Connected')
  await say(page, 'How do I start Symphainy?')
  const answer = await expectAnswered(page, 1)
  expect((await answer.textContent())?.length).toBeGreaterThan(80)
  expect(await answer.textContent()).toMatch(/no AI model/i)
  const lengths = await page.evaluate(() => (window as unknown as { lengths: number[] }).lengths)
  expect(new Set(lengths).size).toBeGreaterThan(3)
  const sources = answer.getByRole('list', { name: 'Sources' }).getByRole('link')
  expect(await sources.count()).toBeGreaterThan(0)
  const [opened] = await Promise.all([context.waitForEvent('page'), sources.first().click()])
  await opened.waitForLoadState('domcontentloaded')
  expect(new URL(opened.url()).origin).toBe(site.origin)
  expect((await opened.locator('body').textContent())?.length).toBeGreaterThan(200)
})

it('[ask] says so when it finds nothing', async () => {
  const { page } = await site.visitConnected()
  await say(page, 'qzxv wvutsr plmokn')
  expect(await (await expectAnswered(page, 1)).textContent()).toMatch(/nothing|not find|no passage|found no/i)
})

it('[handover] the card switches the agent with one click, without a new socket [L7]', async () => {
  const { page } = await site.visitConnected()
  await say(page, 'How do I back up and restore the platform, and which ports does the Docker deployment use?')
  await expectAnswered(page, 1)
  const card = log(page).locator('.symphainy-handover').getByRole('button')
  await card.first().click()
  const agent = chat(page).getByLabel('Agent')
  await expect.poll(() => agent.inputValue()).toMatch(/^liaison:/)
  await say(page, 'And how do I restore it?')
  await expectAnswered(page, 2)
  const last = answers(page).locator('[data-agent^="liaison:"]').or(log(page).locator('article[data-agent^="liaison:"]'))
  expect(await last.count()).toBeGreaterThan(0)
  expect(site.network.counts.upgrades).toBe(1)
})

it.each([
  ['/content', 'liaison:content'],
  ['/insights', 'liaison:insights'],
  ['/operations', 'liaison:operations'],
  ['/business-outcomes', 'liaison:business_outcomes'],
  ['/', 'guide'],
])('[pillar page] %s opens %s, over the one socket', async (path, agent) => {
  const { page } = await site.visitConnected()
  const name = { '/content': 'Content', '/insights': 'Insights', '/operations': 'Operations', '/business-outcomes': 'Business outcomes', '/': 'Home' }[path]
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).first().click()
  await expectPath(page, path)
  await expect.poll(() => chat(page).getByLabel('Agent').inputValue()).toBe(agent)
  expect(site.network.counts.upgrades).toBe(1)
})

it('[history] a reload shows the same conversation, once', async () => {
  const { page } = await site.visitConnected()
  await say(page, 'What is an epoch?')
  const text = await (await expectAnswered(page, 1)).textContent()
  await page.reload()
  await expectStatus(page, 'Connected')
  const list = page.getByRole('list', { name: 'Conversations' }).getByRole('button', { name: /^What is an epoch/ })
  await expect.poll(() => list.count()).toBe(1)
  if ((await log(page).getByText('What is an epoch?', { exact: true }).count()) === 0) await list.first().click()
  expect(await (await expectAnswered(page, 1)).textContent()).toBe(text)
  expect(await log(page).getByText('What is an epoch?', { exact: true }).count()).toBe(1)
})

it('[new conversation] is empty, and the old one is in the list', async () => {
  const { page } = await site.visitConnected()
  await say(page, 'What is back-off?')
  await expectAnswered(page, 1)
  await button(page, 'New conversation').click()
  await expect.poll(() => log(page).locator('[data-role]').count()).toBe(0)
  await say(page, 'What is full jitter?')
  await expectAnswered(page, 1)
  const list = page.getByRole('list', { name: 'Conversations' })
  await list.getByRole('button', { name: /^What is full jitter/ }).waitFor()
  await list.getByRole('button', { name: /^What is back-off/ }).click()
  await expect.poll(() => log(page).getByText('What is back-off?', { exact: true }).count()).toBe(1)
})

const SCRIPTS = '<script>window.pwned=1</script><img src=x onerror="window.pwned=1"> [x](javascript:window.pwned=1) **bold**'

it('[HTML in messages] [UI4] is shown as text', async () => {
  const { page } = await site.visitConnected()
  await say(page, SCRIPTS)
  await expect.poll(() => log(page).textContent()).toContain('<script>window.pwned=1</script>')
  await expectAnswered(page, 1)
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false)
  expect(await log(page).locator('img, script').count()).toBe(0)
  expect(await log(page).locator('a[href^="javascript:"]').count()).toBe(0)
})

it('[HTML in names] [UI4] is shown as text', async () => {
  const session = await registerByHttp(site.platform.origin, newPerson('<img src=x onerror="window.pwned=1">'))
  const { page, context } = await site.visit()
  await giveSession(context, site.origin, session)
  await page.goto(site.origin)
  await expectStatus(page, 'Connected')
  await button(page, 'Account').click()
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false)
  expect(await page.locator('img[src="x"]').count()).toBe(0)
})

it('[too long] a message over the limit is refused at once, in words, and stays in the field', async () => {
  const { page } = await site.visitConnected()
  const text = 'a'.repeat(32_769)
  await field(page).fill(text)
  await button(page, 'Send').click()
  await expect.poll(() => chat(page).getByRole('alert').textContent()).toMatch(/long/i)
  expect(await field(page).inputValue()).toBe(text)
  expect(await log(page).locator('[data-role]').count()).toBe(0)
})

it('[UI7] what is typed and not sent survives a reload; signing out removes it', async () => {
  const { page } = await site.visitConnected()
  await field(page).fill('half a thought')
  await page.reload()
  await expectStatus(page, 'Connected')
  await expect.poll(() => field(page).inputValue()).toBe('half a thought')
  await openAccountItem(page, 'Sign out')
  await expectPath(page, /^\/login/)
  await expect.poll(() => page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain('half a thought')
})

it('[L15] two people see nothing of each other', async () => {
  const one = await site.visitConnected()
  const other = await site.visitConnected()
  await say(one.page, 'My secret question about tickets')
  await expectAnswered(one.page, 1)
  await say(other.page, 'What is a ticket?')
  await expectAnswered(other.page, 1)
  expect(await other.page.content()).not.toContain('My secret question')
})
