import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClient } from './createClient.js'
import { VirtualBrowser, VirtualClock, VirtualPlatform } from './testing.js'
import type { PageEvent } from './environment/environment.js'

const ADA = { email: 'ada@example.com', password: 'correct horse' }

/** One step of a story: what happens, and how long until the next. */
const step = fc.tuple(
  fc.oneof(
    fc.constantFrom(
      'login',
      'logout',
      'connect',
      'disconnect',
      'reconnect',
      'retain',
      'release',
      'validate',
      'restart',
      'down',
      'up',
      'blackHole',
      'cut',
      'revoke',
      'busy',
      'free',
    ),
    fc.constantFrom('hide', 'show', 'goOffline', 'goOnline'),
    fc.record({ close: fc.constantFrom(1000, 1001, 1006, 1008, 1009, 1011, 1012, 1013, 3000, 3003, 4400, 4401, 4409, 4429, 4999) }),
    fc.record({ page: fc.constantFrom<PageEvent>('pageshow', 'pagehide', 'freeze', 'resume', 'storage') }),
    fc.record({ sleep: fc.nat(7_200_000) }),
  ),
  fc.nat(20_000),
)

describe('any order of events', () => {
  it('[S1] [S2] [U5] no socket before confirmed auth, never two, and it recovers when everything is well again', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(), fc.constantFrom('cookie', 'bearer'), async (story, seed, credential) => {
        const clock = new VirtualClock()
        const platform = new VirtualPlatform(clock)
        const browser = new VirtualBrowser({ clock, network: platform, seed })
        const tab = browser.tab()
        const client = createClient({ environment: tab.environment, credential })
        const open = tab.environment.openSocket
        tab.environment.openSocket = (url, protocols) => {
          expect(client.auth.getSnapshot().state).toBe('authenticated')
          return open(url, protocols)
        }
        const releases: (() => void)[] = []
        client.start()
        for (const [what, pauseMs] of story) {
          if (typeof what === 'object') {
            if ('close' in what) platform.liveSockets.forEach((socket) => socket.drop(what.close))
            else if ('page' in what) tab.emit(what.page)
            else await clock.sleep(what.sleep)
          } else if (what === 'login') client.auth.login(ADA).catch(() => {})
          else if (what === 'logout') client.auth.logout().catch(() => {})
          else if (what === 'validate') void client.auth.validateToken()
          else if (what === 'retain') releases.push(client.connection.retain())
          else if (what === 'release') releases.pop()?.()
          else if (what === 'connect' || what === 'disconnect' || what === 'reconnect') client.connection[what]()
          else if (what === 'restart') {
            client.dispose()
            client.start()
          } else if (what === 'down' || what === 'up' || what === 'blackHole') platform.network = what
          else if (what === 'cut') platform.cutSockets()
          else if (what === 'revoke') platform.sessionIds.forEach((id) => platform.revoke(id))
          else if (what === 'busy')
            platform.route('POST /api/auth/ws-ticket', () => ({ status: 503, body: { error: { code: 'unavailable', retryAfterMs: 3_000 } } }))
          else if (what === 'free') platform.route('POST /api/auth/ws-ticket', null)
          else tab[what]()
          expect(platform.liveSockets.length).toBeLessThanOrEqual(1)
          await clock.advance(pauseMs)
          expect(platform.liveSockets.length).toBeLessThanOrEqual(1)
        }
        // Everything is well again, and somebody signs in.
        platform.network = 'up'
        platform.route('POST /api/auth/ws-ticket', null)
        tab.show()
        tab.goOnline()
        await clock.advance(120_000)
        client.auth.login(ADA).catch(() => {})
        await clock.advance(20)
        client.connection.connect()
        await clock.advance(120_000)
        expect(client.connection.getSnapshot()).toMatchObject({ state: 'ready', label: 'Connected' })
        client.dispose()
        await clock.advance(100_000)
        expect(platform.liveSockets).toEqual([])
        expect(clock.pendingTimers).toBe(0)
      }),
      { numRuns: 300 },
    )
  })
})
