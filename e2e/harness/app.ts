import type { Locator, Page } from 'playwright-core'
import { until } from './patience.js'
import type { Person } from './people.js'

/** The page as a person sees it: by roles and accessible names, which are promises of the product. */
export const status = (page: Page): Locator => page.getByRole('status', { name: 'Connection' })
export const chat = (page: Page): Locator => page.getByRole('region', { name: 'Chat' })
export const log = (page: Page): Locator => page.getByRole('log', { name: 'Conversation' })
export const field = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' })
export const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name, exact: typeof name === 'string' })
export const answers = (page: Page): Locator => log(page).getByRole('article')

/** Waits until the status named "Connection" begins with these words. */
export async function expectStatus(page: Page, words: string): Promise<void> {
  const read = async (): Promise<string> => ((await status(page).count()) === 0 ? '(no such status)' : ((await status(page).first().textContent()) ?? ''))
  await until(`the status named "Connection" to read ${words}`, read, (text) => text.trim().startsWith(words))
}

/** Waits until the page is at this path with its query. */
export async function expectPath(page: Page, path: string | RegExp): Promise<void> {
  const here = (): string => new URL(page.url()).pathname + new URL(page.url()).search
  await until(`the address to be ${String(path)}`, here, (address) => (typeof path === 'string' ? address === path : path.test(address)))
}

/**
 * Puts text into a field as a person does. In Firefox the driver's own way sets the value behind React's back, and
 * appends in fields for addresses: there it is typed.
 */
export async function write(target: Locator, text: string): Promise<void> {
  if (target.page().context().browser()?.browserType().name() !== 'firefox') return target.fill(text)
  await target.click()
  await target.press('ControlOrMeta+a')
  await target.press('Delete')
  await target.pressSequentially(text)
}

export async function fillSignIn(page: Page, person: Pick<Person, 'email' | 'password'>): Promise<void> {
  await write(page.getByLabel('Email', { exact: true }), person.email)
  await write(page.getByLabel('Password', { exact: true }), person.password)
  await button(page, 'Sign in').click()
}

export async function openAccountItem(page: Page, item: 'Devices' | 'Connection' | 'Sign out'): Promise<void> {
  await button(page, 'Account').click()
  await page
    .getByRole('menuitem', { name: item })
    .or(page.getByRole('link', { name: item }))
    .first()
    .click()
}

export async function say(page: Page, text: string): Promise<void> {
  await write(field(page), text)
  await button(page, 'Send').click()
}

/** Waits until so many answers are there, complete. @returns the newest */
export async function expectAnswered(page: Page, count: number): Promise<Locator> {
  const finished = log(page).locator('[data-role="assistant"][data-status="finished"]')
  await until(
    `${count} finished answers`,
    () => finished.count(),
    (seen) => seen === count,
    20_000,
  )
  return finished.last()
}
