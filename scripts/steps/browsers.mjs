import { existsSync } from 'node:fs'
import { run } from './commands.mjs'
import { step } from './progress.mjs'

/** Where a browser is when it is installed; the first that exists is used. */
const PLACES = {
  chromium: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
  firefox: ['/usr/bin/firefox-esr', '/usr/lib/firefox-esr/firefox-esr'],
}
const DEBIAN_PACKAGES = { chromium: 'chromium', firefox: 'firefox-esr' }
const APT_TIMEOUT = 'Acquire::http::Timeout=20'

export const findBrowser = (name) => PLACES[name].find((path) => existsSync(path)) ?? null

const mayInstall = () => process.platform === 'linux' && existsSync('/usr/bin/apt-get') && process.getuid?.() === 0

/**
 * The browsers that the end-to-end tests can use. On Debian, as root, missing ones are installed.
 * @returns {Promise<{ chromium: boolean, firefox: boolean, missing: string[] }>} `missing`: one line each, with what to do
 */
export async function ensureBrowsers() {
  const absent = Object.keys(PLACES).filter((name) => findBrowser(name) === null)
  if (absent.length > 0 && mayInstall()) {
    try {
      await step(`Installing ${absent.join(' and ')} with apt`, async () => {
        const env = { DEBIAN_FRONTEND: 'noninteractive' }
        await run('apt-get', ['update', '-qq', '-o', APT_TIMEOUT], { env })
        await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', '-o', APT_TIMEOUT, ...absent.map((name) => DEBIAN_PACKAGES[name])], { env })
      })
    } catch (error) {
      console.log(
        `apt could not install ${absent.join(' and ')}: ${String(error.output ?? error.message)
          .trim()
          .split('\n')
          .at(-1)}`,
      )
    }
  }
  const installed = (name) => findBrowser(name) !== null
  // Without an installed Chromium the one that comes from npm is used, on Linux on x64.
  const fromNpm = process.platform === 'linux' && process.arch === 'x64'
  const chromium = installed('chromium') || fromNpm
  const firefox = installed('firefox')
  const missing = []
  if (!chromium) missing.push('the tests in Chromium (no Chromium or Chrome found): install one, then npm test')
  if (!firefox) missing.push('the tests in Firefox ESR (not installed): apt-get install firefox-esr, then npm test')
  return { chromium, firefox, missing }
}
