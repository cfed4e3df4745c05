import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { createFaultProxy, type FaultProxy } from '@symphainy/testing'
import { expectStatus } from './app.js'
import { launchBrowser, type BrowserName } from './browsers.js'
import { giveSession, registerByHttp, type HttpSession } from './people.js'
import { startPlatform, type Platform, type PlatformOptions } from './platform.js'
import { watch, type Traffic } from './traffic.js'

export interface Visit {
  page: Page
  context: BrowserContext
  traffic: Traffic
}

/** A platform, a breakable network before it, and a browser: one of each for the tests of one file. */
export interface Site {
  readonly platform: Platform
  readonly network: FaultProxy
  readonly browser: Browser
  /** The address that browsers use: that of the breakable network. */
  readonly origin: string
  /** A new private window with one tab. Its uncaught errors and policy violations fail the test. */
  visit(options?: BrowserContextOptions): Promise<Visit>
  /** One more tab in the same window. */
  tab(context: BrowserContext): Promise<Visit>
  /** A visit with a valid session of a new person, not yet navigated. */
  visitSignedIn(options?: BrowserContextOptions): Promise<Visit & { session: HttpSession }>
  /** The same, at `path`, and connected. */
  visitConnected(path?: string, options?: BrowserContextOptions): Promise<Visit & { session: HttpSession }>
}

export function openSite(name: BrowserName = 'chromium', options: PlatformOptions = {}): Site {
  let platform: Platform | undefined
  let network: FaultProxy | undefined
  let browser: Browser | undefined
  const contexts: BrowserContext[] = []
  const watched: Traffic[] = []

  const there = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error('the site is there only inside of tests')
    return thing
  }

  beforeAll(async () => {
    const [started, launched] = await Promise.all([startPlatform(options), launchBrowser(name)])
    platform = started
    browser = launched
    network = await createFaultProxy({ target: { port: platform.port } })
  })

  afterEach(async () => {
    await network?.heal()
    await Promise.all(contexts.splice(0).map((context) => context.close()))
    const problems = watched.splice(0).flatMap((traffic) => traffic.problems)
    network?.resetCounts()
    expect(problems, 'uncaught errors and violations of the Content-Security-Policy').toEqual([])
  })

  afterAll(async () => {
    await browser?.close()
    await network?.close()
    await platform?.dispose()
  })

  const site: Site = {
    get platform() {
      return there(platform)
    },
    get network() {
      return there(network)
    },
    get browser() {
      return there(browser)
    },
    get origin() {
      return there(network).origin
    },
    async visit(contextOptions) {
      const context = await there(browser).newContext(contextOptions)
      contexts.push(context)
      return site.tab(context)
    },
    async tab(context) {
      const page = await context.newPage()
      page.setDefaultTimeout(10_000)
      const traffic = watch(page)
      watched.push(traffic)
      return { page, context, traffic }
    },
    async visitSignedIn(contextOptions) {
      const session = await registerByHttp(there(platform).origin)
      const visit = await site.visit(contextOptions)
      await giveSession(visit.context, site.origin, session)
      return { ...visit, session }
    },
    async visitConnected(path = '/', contextOptions = {}) {
      const visit = await site.visitSignedIn(contextOptions)
      await visit.page.goto(site.origin + path)
      await expectStatus(visit.page, 'Connected')
      return visit
    },
  }
  return site
}
