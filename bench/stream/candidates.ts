import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { answers, button, expectStatus, log, say } from '../../e2e/harness/app.js'
import type { ModelServer } from '../../e2e/harness/modelServer.js'
import { until } from '../../e2e/harness/patience.js'
import { giveSession } from '../../e2e/harness/people.js'
import { root, startPlatform } from '../../e2e/harness/platform.js'
import { notePerformance } from './measure.js'
import { startPeer } from './peerServer.js'
import { personWithThread, THREAD_LENGTH, threadTexts } from './thread.js'

/** Something that renders the stream. */
export interface Candidate {
  name: string
  /** What it does, for the legend under the table. */
  what: string
  /** A page of a window of its own that shows the thread, before the question. */
  open(browser: Browser): Promise<Page>
  ask(page: Page): Promise<void>
  /** Resolves when the answer shows as complete. @returns its text */
  finished(page: Page): Promise<string>
}

const HERE = new URL('./', import.meta.url).pathname
const NAIVE = join(root, '.cache/bench/stream/naive')
const VIEW = { viewport: { width: 1280, height: 800 } }

export async function startCandidates(model: ModelServer): Promise<{ candidates: Candidate[]; stop: () => Promise<void> }> {
  await build({ configFile: false, root: join(HERE, 'pages/naive'), logLevel: 'error', build: { outDir: NAIVE, emptyOutDir: true, target: 'es2022' } })
  const env = {
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_API_KEY: 'bench',
    OPENAI_MODEL: 'test',
    LOG_LEVEL: 'warn',
    MESSAGES_PER_SECOND: '1000',
    DAILY_RUNS: '1000',
  }
  const [platform, peer] = await Promise.all([startPlatform({ env }), startPeer(NAIVE, model.baseUrl, threadTexts())])
  const ours: Candidate = {
    name: 'the web app',
    what: 'platform, SQLite, socket and React; parses the tail of the answer, at most once a frame',
    async open(browser) {
      const session = await personWithThread(platform.origin, model)
      const context = await browser.newContext(VIEW)
      await giveSession(context, platform.origin, session)
      const page = await context.newPage()
      await page.addInitScript(notePerformance)
      await page.goto(platform.origin)
      await expectStatus(page, 'Connected')
      await openThread(page)
      return page
    },
    ask: (page) => say(page, 'Now at length, please.'),
    async finished(page) {
      const last = answers(page).last()
      await until(
        'the answer to be complete',
        () => last.getAttribute('data-status'),
        (status) => status === 'finished',
        30_000,
      )
      return (await last.textContent()) ?? ''
    },
  }
  const naive: Candidate = {
    name: 'everything anew',
    what: 'a bare page without React: the whole answer through marked, DOMPurify and innerHTML at each token',
    async open(browser) {
      const page = await (await browser.newContext(VIEW)).newPage()
      await page.addInitScript(notePerformance)
      await page.goto(peer.origin)
      await page.waitForFunction(() => 'ask' in window)
      return page
    },
    ask: (page) => page.evaluate(() => (window as unknown as { ask(): void }).ask()),
    async finished(page) {
      const last = page.locator('article[data-status="finished"]')
      await last.waitFor({ state: 'attached', timeout: 60_000 })
      return (await last.textContent()) ?? ''
    },
  }
  return {
    candidates: [ours, naive],
    async stop() {
      peer.stop()
      await platform.dispose()
    },
  }
}

/** Opens the one conversation, has all of its messages loaded, and goes to its end. */
async function openThread(page: Page): Promise<void> {
  const history = button(page, 'History')
  if (await history.isVisible()) await history.click()
  await page
    .getByRole('list', { name: 'Conversations' })
    .getByRole('button', { name: /^Question 1/ })
    .first()
    .click()
  const earlier = button(page, 'Show earlier')
  await until(
    'the newest messages',
    () => answers(page).count(),
    (count) => count > 1,
  )
  for (let pages = 0; pages < THREAD_LENGTH && (await earlier.count()) > 0; pages += 1) {
    await earlier.click()
    await until(
      'earlier messages',
      () => earlier.isDisabled({ timeout: 100 }).catch(() => false),
      (loading) => !loading,
    )
  }
  // The list of a long thread measures what it shows: one step may not reach the end.
  const shownAtEnd = (): Promise<string | null> =>
    log(page).evaluate((box) => {
      box.scrollTop = box.scrollHeight
      return box.textContent
    })
  await until('the end of the thread', shownAtEnd, (text) => text?.includes(`Answer ${THREAD_LENGTH / 2}.`) === true)
}
