import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { button, expectAnswered, expectPath, expectStatus, field, log, say } from './harness/app.js'
import { registerByHttp } from './harness/people.js'
import { openSite } from './harness/site.js'

const site = openSite()

const OPEN_PAGES = ['/login', '/register']
const SIGNED_IN_PAGES = ['/', '/content', '/insights', '/operations', '/business-outcomes', '/devices', '/connection']

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze()
  return found.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.target.join(' ')).join(', ')})`)
}

describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
  it.each(OPEN_PAGES)('[axe] %s has no violation', async (path) => {
    const { page } = await site.visit({ colorScheme })
    await page.goto(site.origin + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await violations(page)).toEqual([])
  })

  it('[axe] no page for somebody signed in has a violation, with a conversation in the panel', async () => {
    const { page } = await site.visitConnected('/', { colorScheme })
    await say(page, 'How do I back up the platform?')
    await expectAnswered(page, 1)
    const found: string[] = []
    for (const path of SIGNED_IN_PAGES) {
      await page.goto(site.origin + path)
      await expectStatus(page, 'Connected')
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      found.push(...(await violations(page)).map((line) => `${path} ${line}`))
    }
    await button(page, 'Account').click()
    found.push(...(await violations(page)).map((line) => `menu ${line}`))
    expect(found).toEqual([])
  })
})

/** The controls and texts whose end lies outside of the window, where nobody can see or press it. */
const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('button, input, textarea, select, a, article')]
      .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > innerWidth + 1 && element.closest('pre, table') === null)
      .map((element) => `${element.tagName.toLowerCase()}.${element.className}`),
  )

describe.each([390, 1280, 2560])('%i pixels wide', (width) => {
  it('[width] nothing scrolls sideways, and nothing is cut off', async () => {
    const { page, session } = await site.visitConnected('/', { viewport: { width, height: 844 } })
    await say(page, `A word that does not break: ${'x'.repeat(300)}`)
    await expectAnswered(page, 1)
    await say(page, 'What happens to my answer when the network goes away?')
    await expectAnswered(page, 2)
    const wide = await cutOff(page)
    for (const path of [...SIGNED_IN_PAGES, ...OPEN_PAGES]) {
      await page.goto(site.origin + path)
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      if (overflow > 0) wide.push(`${path} by ${overflow} px`)
      wide.push(...(await cutOff(page)).map((name) => `${path} ${name}`))
    }
    expect(wide).toEqual([])
    expect(session.person.name).not.toBe('')
  })
})

it('[keyboard] sign in, ask, switch page and sign out without a mouse', async () => {
  const { person } = await registerByHttp(site.platform.origin)
  const { page } = await site.visit()
  const { keyboard } = page
  const focusOn = async (matches: () => Promise<boolean>): Promise<void> => {
    for (let presses = 0; presses < 60; presses += 1) {
      if (await matches()) return
      await keyboard.press('Tab')
    }
    throw new Error('Tab never reached it')
  }
  const focused = (name: string) => async (): Promise<boolean> =>
    page.evaluate((wanted) => {
      const element = document.activeElement
      if (element === null) return false
      const shown = element.cloneNode(true) as Element
      for (const hidden of shown.querySelectorAll('[aria-hidden="true"]')) hidden.remove()
      const label = element.getAttribute('aria-label') ?? (element as HTMLInputElement).labels?.[0]?.textContent ?? shown.textContent
      return label.trim() === wanted
    }, name)
  await page.goto(site.origin)
  await expectPath(page, /^\/login/)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await focusOn(focused('Email'))
  await keyboard.type(person.email)
  await focusOn(focused('Password'))
  await keyboard.type(person.password)
  await keyboard.press('Enter')
  await expectStatus(page, 'Connected')
  await focusOn(focused('Message'))
  await keyboard.type('What is a ticket?')
  await keyboard.press('Enter')
  await expectAnswered(page, 1)
  expect(await field(page).inputValue()).toBe('')
  await focusOn(focused('Insights'))
  await keyboard.press('Enter')
  await expectPath(page, '/insights')
  await focusOn(focused('Account'))
  await keyboard.press('Enter')
  for (let presses = 0; presses < 10 && !(await focused('Sign out')()); presses += 1) await keyboard.press('ArrowDown')
  expect(await focused('Sign out')()).toBe(true)
  await keyboard.press('Enter')
  await expectPath(page, /^\/login/)
})

it('[announcer] [UI6] speaks the finished answer, politely, and not its parts', async () => {
  const { page } = await site.visitConnected()
  const announcer = page.locator('[aria-live="polite"]').filter({ hasNotText: /^(Connect|Reconnect|Offline)/ })
  await say(page, 'What is a ticket?')
  await expectAnswered(page, 1)
  await expect.poll(async () => (await announcer.allTextContents()).join(' ')).toMatch(/Guide/)
  expect(await log(page).getAttribute('aria-live')).toBe('off')
})
