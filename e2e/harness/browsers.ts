import { existsSync } from 'node:fs'
import { chromium, firefox, type Browser } from 'playwright-core'

export type BrowserName = 'chromium' | 'firefox'

const CHROMIUM_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
const FIREFOX_PLACES = ['/usr/bin/firefox-esr', '/usr/lib/firefox-esr/firefox-esr']
const LIBRARY_PLACES = ['/usr/lib/x86_64-linux-gnu/libnss3.so', '/usr/lib64/libnss3.so', '/usr/lib/libnss3.so']

const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const installed = (places: readonly string[]): string | undefined => places.find((path) => existsSync(path))

/** The browsers that the tests are to run in; `npm test` says which are there. */
export const browserNames: readonly BrowserName[] =
  process.env['SYMPHAINY_BROWSERS'] === undefined
    ? installed(FIREFOX_PLACES) === undefined
      ? ['chromium']
      : ['chromium', 'firefox']
    : (process.env['SYMPHAINY_BROWSERS'].split(',') as BrowserName[])

async function chromiumFromNpm(): Promise<string> {
  // The package brings the libraries that a bare machine lacks, and unpacks them only where it believes to be at home.
  if (installed(LIBRARY_PLACES) === undefined) process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs22.x'
  const { default: packed } = await import('@sparticuz/chromium')
  return packed.executablePath()
}

/** Starts a browser: Debian's, an installed Chrome, or the Chromium that npm brought. */
export async function launchBrowser(name: BrowserName): Promise<Browser> {
  if (name === 'firefox') return firefox.launch({ channel: 'moz-firefox', executablePath: installed(FIREFOX_PLACES) })
  const path = installed(CHROMIUM_PLACES) ?? (await chromiumFromNpm())
  return chromium.launch({ executablePath: path, args: CHROMIUM_FLAGS })
}
