import { describe, expect, it } from 'vitest'
import type { ClientOptions, SymphainyClient } from './clientApi.js'
import { createClient } from './createClient.js'
import { VirtualBrowser, VirtualClock, VirtualPlatform, refuse, type VirtualTab } from './testing.js'

interface Page {
  client: SymphainyClient
  tab: VirtualTab
  /** Reasons with which the way went to login. */
  redirects: string[]
}

function world(): { clock: VirtualClock; platform: VirtualPlatform; browser: VirtualBrowser; open: (options?: ClientOptions) => Page } {
  const clock = new VirtualClock()
  const platform = new VirtualPlatform(clock)
  const browser = new VirtualBrowser({ clock, network: platform })
  const open = (options: ClientOptions = {}): Page => {
    const tab = browser.tab()
    const redirects: string[] = []
    const client = createClient({ environment: tab.environment, onAuthRequired: (reason) => redirects.push(reason), ...options })
    client.start()
    return { client, tab, redirects }
  }
  return { clock, platform, browser, open }
}

const ADA = { email: 'ada@example.com', password: 'correct horse' }
const BOB = { email: 'bob@example.com', password: 'battery staple' }

/** A promise of the client, with the virtual time that it needs. */
async function during<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  await clock.advance(10)
  return promise
}

/** Signs in, and starts as a page that was just loaded. */
async function restored(w: ReturnType<typeof world>, options?: ClientOptions): Promise<Page> {
  const first = w.open(options)
  await during(w.clock, first.client.auth.login(ADA))
  first.client.dispose()
  w.platform.requests.length = 0
  const page = w.open(options)
  page.client.connection.retain()
  await w.clock.advance(20)
  return page
}

describe('restoring', () => {
  it('[AU2] is anonymous at once and without a request if nothing is stored', async () => {
    const { platform, open } = world()
    const { client, redirects } = open()
    expect(client.auth.getSnapshot()).toEqual({ state: 'anonymous', reason: 'none' })
    expect(redirects).toEqual(['none'])
    expect(platform.requests).toEqual([])
  })

  it.each(['cookie', 'bearer'] as const)(
    '[AU3] [CN1] %s: a valid session is restored with one validation, no ticket call and one socket',
    async (credential) => {
      const w = world()
      const { client, redirects } = await restored(w, { credential })
      expect(client.auth.getSnapshot()).toMatchObject({ state: 'authenticated', user: { name: 'Ada' } })
      expect(client.connection.getSnapshot()).toMatchObject({ state: 'ready', label: 'Connected' })
      expect(w.platform.requests).toEqual(['GET /api/auth/session'])
      expect(w.platform.sockets).toHaveLength(1)
      expect(redirects).toEqual([])
    },
  )

  it('[L11] no delay stands in for a state: connected after the answers, and nothing else, have come', async () => {
    const w = world()
    await during(w.clock, w.open().client.auth.login(ADA))
    const { client } = w.open()
    client.connection.retain()
    await w.clock.advance(2) // there and back: the validation
    expect(client.connection.getSnapshot().state).toBe('opening')
    await w.clock.advance(1) // the socket opens
    expect(client.connection.getSnapshot().state).toBe('ready')
  })

  it('[CN1] opens nothing while it is restoring, and shows the hinted name', async () => {
    const w = world()
    const first = w.open()
    await during(w.clock, first.client.auth.login(ADA))
    first.client.dispose()
    w.platform.network = 'blackHole'
    const { client } = w.open()
    client.connection.retain()
    await w.clock.advance(5_000)
    expect(client.auth.getSnapshot()).toMatchObject({ state: 'restoring', hintedUser: { name: 'Ada' } })
    expect(client.connection.canConnect()).toBe(false)
    expect(w.platform.sockets).toEqual([])
  })

  it('[L8] [AU3] an unreachable platform clears nothing, and is tried again until it answers', async () => {
    const w = world()
    const first = w.open()
    await during(w.clock, first.client.auth.login(ADA))
    first.client.dispose()
    const stored = [...w.browser.values]
    w.platform.network = 'down'
    const { client, redirects } = w.open()
    client.connection.retain()
    await w.clock.advance(60_000)
    expect(client.auth.getSnapshot()).toMatchObject({ state: 'unreachable', hintedUser: { name: 'Ada' }, error: { code: 'network' } })
    expect([...w.browser.values]).toEqual(stored)
    expect(redirects).toEqual([])
    w.platform.network = 'up'
    await w.clock.advance(15_010)
    expect(client.connection.getSnapshot().state).toBe('ready')
  })

  it.each(['goOnline', 'show'] as const)('[AU3] unreachable: tries again at once on %s', async (wake) => {
    const w = world()
    await restored(w)
    w.platform.route('GET /api/auth/session', () => refuse(503, 'unavailable', 600_000))
    const { client, tab } = w.open()
    await w.clock.advance(10)
    expect(client.auth.getSnapshot()).toMatchObject({ state: 'unreachable', retryInMs: 600_000 })
    w.platform.route('GET /api/auth/session', null)
    tab[wake]()
    await w.clock.advance(10)
    expect(client.auth.getSnapshot().state).toBe('authenticated')
  })

  it('[AU2] asks the platform if the storage throws, and signing in works without it', async () => {
    const w = world()
    w.browser.blocksStorage = true
    const { client, redirects } = w.open({ credential: 'bearer' })
    expect(client.auth.getSnapshot().state).toBe('restoring')
    await w.clock.advance(10)
    expect(redirects).toEqual(['none'])
    client.connection.retain()
    await during(w.clock, client.auth.login(ADA))
    await w.clock.advance(10)
    expect(client.connection.getSnapshot().state).toBe('ready')
  })

  it.each(['{"user":', '"text"', '{"user":{"id":7}}', 'null'])('[AU2] a stored user that is %s is asked about, cleared and never shown', async (text) => {
    const w = world()
    w.browser.values.set('symphainy.session', text)
    const { client, redirects } = w.open()
    expect(client.auth.getSnapshot()).toEqual({ state: 'restoring', hintedUser: null })
    await w.clock.advance(10)
    expect(client.auth.getSnapshot()).toEqual({ state: 'anonymous', reason: 'invalid' })
    expect(JSON.parse(w.browser.values.get('symphainy.session') ?? '')).toMatchObject({ user: null })
    expect(redirects).toHaveLength(1)
  })

  it.each(['token_placeholder', '', '   '])('[AU2] the stored token "%s" is cleared and never presented', async (token) => {
    const w = world()
    w.browser.values.set('symphainy.token', token)
    const { client } = w.open({ credential: 'bearer' })
    await w.clock.advance(10)
    expect(client.auth.getSnapshot()).toEqual({ state: 'anonymous', reason: 'invalid' })
    expect(w.browser.values.has('symphainy.token')).toBe(false)
    expect(w.platform.requests).toEqual([])
  })

  it('[L3] started, disposed and started again in one breath: one validation, one socket', async () => {
    const w = world()
    await during(w.clock, w.open().client.auth.login(ADA))
    w.platform.requests.length = 0
    const { client, redirects } = w.open()
    client.connection.retain()()
    client.dispose()
    client.start()
    client.connection.retain()
    await w.clock.advance(50)
    expect(w.platform.requests).toEqual(['GET /api/auth/session'])
    expect(w.platform.sockets).toHaveLength(1)
    expect(redirects).toEqual([])
  })

  it('[AU5] [U7] a wall clock that is an hour off changes nothing', async () => {
    const w = world()
    w.clock.shiftWallClock(3_600_000)
    const { client } = await restored(w)
    w.clock.shiftWallClock(-7_200_000)
    await w.clock.advance(600_000)
    expect(client.auth.getSnapshot().state).toBe('authenticated')
    expect(w.platform.count('GET /api/auth/session')).toBe(1)
    expect(w.platform.count('POST /api/auth/refresh')).toBe(0)
  })
})

describe('signing in and out', () => {
  it('login connects with the ticket that it brought', async () => {
    const w = world()
    const { client } = w.open()
    client.connection.retain()
    await during(w.clock, client.auth.login(ADA))
    await w.clock.advance(10)
    expect(client.connection.getSnapshot().state).toBe('ready')
    expect(w.platform.requests).toEqual(['POST /api/auth/login'])
  })

  it('a wrong password is said, and changes nothing', async () => {
    const w = world()
    const { client, redirects } = w.open()
    await expect(during(w.clock, client.auth.login({ ...ADA, password: 'wrong' }))).rejects.toMatchObject({ code: 'invalid_credentials' })
    expect(client.auth.getSnapshot()).toEqual({ state: 'anonymous', reason: 'none' })
    expect(redirects).toEqual(['none'])
  })

  it('[L10] logout revokes on the platform, closes the socket and leaves no user stored', async () => {
    const w = world()
    const { client, redirects } = await restored(w)
    await during(w.clock, client.auth.logout())
    expect(w.platform.sessionIds).toEqual([])
    expect(w.platform.liveSockets).toEqual([])
    expect([...w.browser.values.values()].join()).not.toContain('Ada')
    expect(redirects).toEqual(['signed_out'])
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'signedOut', label: 'Signed out' })
  })

  it('[L10] a logout that fails stays signed in and says so', async () => {
    const w = world()
    const { client, redirects } = await restored(w)
    w.platform.route('POST /api/auth/logout', () => refuse(503, 'unavailable'))
    await expect(during(w.clock, client.auth.logout())).rejects.toMatchObject({ code: 'unavailable' })
    expect(client.auth.getSnapshot().state).toBe('authenticated')
    expect(client.connection.getSnapshot().state).toBe('ready')
    expect(redirects).toEqual([])
  })

  it('[L9] logout in another tab is followed, once, with the same reason', async () => {
    const w = world()
    const first = await restored(w)
    const second = w.open()
    await w.clock.advance(10)
    await during(w.clock, first.client.auth.logout())
    expect(second.client.auth.getSnapshot()).toEqual({ state: 'anonymous', reason: 'signed_out' })
    expect(second.redirects).toEqual(['signed_out'])
  })

  it('[L9] [TB5] another user in another tab: this one changes over and shows no frame of both', async () => {
    const w = world()
    const first = await restored(w)
    const second = w.open()
    await w.clock.advance(10)
    const seen: string[] = []
    second.client.auth.subscribe(() => {
      const view = second.client.auth.getSnapshot()
      seen.push(view.state === 'authenticated' ? view.user.name : view.state)
    })
    await during(w.clock, first.client.auth.login(BOB))
    await w.clock.advance(20)
    expect(seen).toEqual(['restoring', 'Bob'])
    expect(second.redirects).toEqual([])
    expect(first.redirects).toEqual([])
  })

  it('[AU4] a validation that is answered after a logout in another tab does not bring the dead back', async () => {
    const w = world()
    const first = await restored(w)
    w.platform.latencyMs = 100
    const second = w.open()
    await w.clock.advance(150) // the platform has said yes, and the answer is on its way
    w.platform.latencyMs = 1
    await w.clock.advance(0)
    await during(w.clock, first.client.auth.logout())
    await w.clock.advance(500)
    expect(second.client.auth.getSnapshot()).toEqual({ state: 'anonymous', reason: 'signed_out' })
    expect(JSON.parse(w.browser.values.get('symphainy.session') ?? '')).toMatchObject({ user: null })
  })

  it('validateToken: valid, invalid, unreachable; shared by callers at the same time', async () => {
    const w = world()
    const { client } = await restored(w)
    const [left, right] = await during(w.clock, Promise.all([client.auth.validateToken(), client.auth.validateToken()]))
    expect([left.status, right.status]).toEqual(['valid', 'valid'])
    expect(w.platform.count('GET /api/auth/session')).toBe(2)
    w.platform.network = 'down'
    expect(await during(w.clock, client.auth.validateToken())).toMatchObject({ status: 'unreachable', error: { code: 'network' } })
    expect(client.auth.getSnapshot().state).toBe('authenticated')
    w.platform.network = 'up'
    w.platform.route('GET /api/auth/session', () => refuse(401, 'expired'))
    expect(await during(w.clock, client.auth.validateToken())).toEqual({ status: 'invalid', reason: 'expired' })
  })

  it('[CN6] every call is given up after 8 s', async () => {
    const w = world()
    const { client } = await restored(w)
    w.platform.network = 'blackHole'
    let error: unknown
    client.auth.request('GET', '/api/conversations').catch((cause: unknown) => (error = cause))
    await w.clock.advance(7_999)
    expect(error).toBeUndefined()
    await w.clock.advance(1)
    expect(error).toMatchObject({ code: 'timeout' })
  })

  it('[U1] bearer: a token that was refused is never presented again', async () => {
    const w = world()
    const { client, redirects } = await restored(w, { credential: 'bearer' })
    const token = w.browser.values.get('symphainy.token') ?? ''
    w.platform.revoke(w.platform.sessionIds[0] ?? '', 'revoked')
    await w.clock.advance(600_000)
    const presented = w.platform.presented.filter((one) => one === token).length
    client.connection.reconnect()
    client.connection.connect()
    await during(w.clock, client.auth.validateToken())
    await w.clock.advance(600_000)
    expect(w.platform.presented.filter((one) => one === token)).toHaveLength(presented)
    expect(redirects).toEqual(['revoked'])
    expect(w.browser.values.has('symphainy.token')).toBe(false)
  })
})
