import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { button, expectAnswered, expectStatus, fillSignIn, say } from './harness/app.js'
import { launchBrowser } from './harness/browsers.js'
import { newPerson, registerByHttp, type Person } from './harness/people.js'
import { root, startPlatform } from './harness/platform.js'

const HELP = `npm run screenshots

Takes a picture of each page, narrow and wide, light and dark, into docs/screenshots. Needs a build (npm run build).`

const FOLDER = join(root, 'docs/screenshots')
const SIZES = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
]
const SCHEMES = ['light', 'dark'] as const
const OPEN_PAGES = { login: '/login', register: '/register' }
const SIGNED_IN_PAGES = {
  home: '/',
  content: '/content',
  insights: '/insights',
  operations: '/operations',
  businessOutcomes: '/business-outcomes',
  devices: '/devices',
  connection: '/connection',
}
const CONVERSATIONS = ['How do I back up the platform?', 'What happens to my answer when the network goes away?']

async function shoot(page: Page, name: string): Promise<void> {
  // Nothing may move between two runs, or every picture would differ.
  await writeFile(join(FOLDER, `${name}.png`), await page.screenshot({ scale: 'css', animations: 'disabled', caret: 'hide' }))
  console.log(`docs/screenshots/${name}.png`)
}

/** Signs in and has two conversations, so that the pages have something to show. */
async function talk(page: Page, origin: string, person: Person): Promise<void> {
  await page.goto(`${origin}/login`)
  await fillSignIn(page, person)
  await expectStatus(page, 'Connected')
  for (const [index, question] of CONVERSATIONS.entries()) {
    if (index > 0) await button(page, 'New conversation').click()
    await say(page, question)
    await expectAnswered(page, 1)
  }
}

/** Opens the newest conversation on the page that it was held on. */
async function showConversation(page: Page): Promise<void> {
  const history = button(page, 'History')
  if (await history.isVisible()) await history.click()
  await page.getByRole('list', { name: 'Conversations' }).getByRole('button').first().click()
  await expectAnswered(page, 1)
}

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return void console.log(HELP)
  await mkdir(FOLDER, { recursive: true })
  const [platform, browser] = await Promise.all([startPlatform({ env: { LOG_LEVEL: 'error' } }), launchBrowser('chromium')])
  try {
    const person = { ...newPerson(), email: 'ada@example.com' }
    const elsewhere = await registerByHttp(platform.origin, person)
    const first = await browser.newContext()
    await talk(await first.newPage(), platform.origin, person)
    const state = await first.storageState()
    await first.close()
    await elsewhere.call('POST', '/api/auth/logout')
    for (const viewport of SIZES) {
      for (const colorScheme of SCHEMES) {
        const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' })
        const page = await context.newPage()
        for (const [name, path] of Object.entries(OPEN_PAGES)) {
          await page.goto(platform.origin + path)
          await page.getByRole('heading', { level: 1 }).first().waitFor()
          await shoot(page, `${name}-${viewport.width}-${colorScheme}`)
        }
        await context.addCookies(state.cookies)
        for (const [name, path] of Object.entries(SIGNED_IN_PAGES)) {
          await page.goto(platform.origin + path)
          await expectStatus(page, 'Connected')
          await page.getByRole('heading', { level: 1 }).first().waitFor()
          if (name === 'home') await showConversation(page)
          await shoot(page, `${name}-${viewport.width}-${colorScheme}`)
        }
        await context.close()
      }
    }
  } finally {
    await browser.close()
    await platform.dispose()
  }
}

await main()
