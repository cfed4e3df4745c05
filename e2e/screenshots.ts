import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { expectAnswered, expectStatus, say } from './harness/app.js'
import { launchBrowser } from './harness/browsers.js'
import { giveSession, newPerson, registerByHttp } from './harness/people.js'
import { root, startPlatform } from './harness/platform.js'

const HELP = `npm run screenshots

Takes a picture of each page, narrow and wide, light and dark, into docs/screenshots. Needs a build (npm run build).`

const FOLDER = join(root, 'docs/screenshots')
const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } }
const SCHEMES = ['light', 'dark'] as const
const OPEN_PAGES = { login: '/login', register: '/register' }
const SIGNED_IN_PAGES = { home: '/', content: '/content', insights: '/insights', operations: '/operations', businessOutcomes: '/business-outcomes', devices: '/devices', connection: '/connection' }
const CONVERSATIONS = ['How do I back up the platform?', 'What happens to my answer when the network goes away?']

async function shoot(page: Page, name: string): Promise<void> {
  // Nothing may move between two runs, or every picture would differ.
  await page.addStyleTag({ content: '*, *::before, *::after { animation: none !important; transition: none !important; caret-color: transparent !important; }' }).catch(() => undefined)
  await writeFile(join(FOLDER, `${name}.png`), await page.screenshot({ scale: 'css' }))
  console.log(`docs/screenshots/${name}.png`)
}

async function talk(context: BrowserContext, origin: string): Promise<void> {
  const page = await context.newPage()
  await page.goto(origin)
  await expectStatus(page, 'Connected')
  for (const [index, question] of CONVERSATIONS.entries()) {
    if (index > 0) await page.getByRole('button', { name: 'New conversation' }).click()
    await say(page, question)
    await expectAnswered(page, 1)
  }
  await page.close()
}

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return void console.log(HELP)
  await mkdir(FOLDER, { recursive: true })
  const [platform, browser] = await Promise.all([startPlatform({ env: { LOG_LEVEL: 'error' } }), launchBrowser('chromium')])
  try {
    const session = await registerByHttp(platform.origin, { ...newPerson(), email: 'ada@example.com' })
    const first = await browser.newContext()
    await giveSession(first, platform.origin, session)
    await talk(first, platform.origin)
    await first.close()
    for (const [size, viewport] of Object.entries(SIZES)) {
      for (const colorScheme of SCHEMES) {
        const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' })
        const page = await context.newPage()
        for (const [name, path] of Object.entries(OPEN_PAGES)) {
          await page.goto(platform.origin + path)
          await page.getByRole('heading', { level: 1 }).first().waitFor()
          await shoot(page, `${name}-${size}-${colorScheme}`)
        }
        await giveSession(context, platform.origin, session)
        for (const [name, path] of Object.entries(SIGNED_IN_PAGES)) {
          await page.goto(platform.origin + path)
          await expectStatus(page, 'Connected')
          await page.getByRole('heading', { level: 1 }).first().waitFor()
          await shoot(page, `${name}-${size}-${colorScheme}`)
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
