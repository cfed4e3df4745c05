import { describe, expect, it } from 'vitest'
import type { ClientOptions } from '../clientApi.js'
import { VirtualBrowser, VirtualClock, VirtualPlatform, refuse, type VirtualTab } from '../testing.js'
import { createAuthSession, type AuthDriver } from './authSession.js'

const ADA = { email: 'ada@example.com', password: 'correct horse' }
const BOB = { email: 'bob@example.com', password: 'battery staple' }

class World {
  readonly clock = new VirtualClock()
  readonly platform = new VirtualPlatform(this.clock)
  readonly browser = new VirtualBrowser({ clock: this.clock, network: this.platform })
  readonly redirects: string[] = []

  open(options: ClientOptions = {}): { auth: AuthDriver; tab: VirtualTab; shown: () => string } {
    const tab = this.browser.tab()
    const auth = createAuthSession(tab.environment, { onAuthRequired: (reason) => this.redirects.push(reason), ...options }, () => tab.environment.origin)
    auth.start()
    const shown = (): string => {
      const view = auth.getSnapshot()
      return view.state === 'authenticated' ? view.user.name : view.state === 'anonymous' ? view.reason : view.state
    }
    return { auth, tab, shown }
  }

  /** A promise, with the virtual time that it needs. */
  async during<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => {})
    await this.clock.advance(10)
    return promise
  }

  /** A page on which Ada is signed in. */
  async signedIn(options?: ClientOptions): Promise<ReturnType<World['open']>> {
    const page = this.open(options)
    await this.during(page.auth.login(ADA))
    this.redirects.length = 0
    return page
  }

  stored(key: 'session' | 'token'): string {
    return this.browser.values.get(`symphainy.${key}`) ?? ''
  }
}

/** Answers to `path` wait until the function that this gives is called. */
function hold({ environment }: VirtualTab, path: string): () => void {
  let release = (): void => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  const { fetch } = environment
  environment.fetch = async (input, init) => {
    const answer = await fetch(input, init)
    if (String(input).endsWith(path)) await held
    return answer
  }
  return release
}

describe('answers that come late', () => {
  it('[AU4] [TB5] bearer: a refresh that is answered after another login changes neither the token nor what is shown', async () => {
    const w = new World()
    const { auth, tab, shown } = await w.signedIn({ credential: 'bearer' })
    const session = { id: w.platform.sessionIds[0], createdAt: 0, expiresInMs: 60_000 }
    w.platform.route('POST /api/auth/refresh', () => ({ status: 200, body: { session, token: 'rotated-token-of-ada' } }))
    const release = hold(tab, '/refresh')
    auth.refresh().catch(() => {})
    await w.clock.advance(10)
    await w.during(auth.login(BOB))
    release()
    await w.clock.advance(10)
    expect(shown()).toBe('Bob')
    expect(w.stored('token')).toContain('bob')
    expect(auth.getSnapshot()).toMatchObject({ sessionToken: w.stored('token') })
  })

  it('bearer: the token of a refresh takes the place of the one before, here and in the storage', async () => {
    const w = new World()
    const { auth } = await w.signedIn({ credential: 'bearer' })
    const session = { id: w.platform.sessionIds[0], createdAt: 0, expiresInMs: 60_000 }
    w.platform.route('POST /api/auth/refresh', () => ({ status: 200, body: { session, token: 'rotated-token-of-ada' } }))
    auth.refresh().catch(() => {})
    await w.clock.advance(2)
    expect(w.stored('token')).toBe('rotated-token-of-ada')
    expect(auth.getSnapshot()).toMatchObject({ sessionToken: 'rotated-token-of-ada', session: { expiresInMs: 60_000 } })
  })

  it.each(['cookie', 'bearer'] as const)('[AU4] %s: a logout that is answered after another login ends that one nowhere', async (credential) => {
    const w = new World()
    const { auth, tab, shown } = await w.signedIn({ credential })
    const release = hold(tab, '/logout')
    const leaving = auth.logout()
    await w.clock.advance(10)
    const other = w.open({ credential })
    await w.during(other.auth.login(BOB))
    release()
    await w.during(leaving)
    expect([shown(), other.shown()]).toEqual(['Bob', 'Bob'])
    expect(w.stored('session')).toContain('Bob')
  })

  it('[TB5] what is asked while another user’s login is not heard of yet shows no frame of the one before', async () => {
    const w = new World()
    const { auth, shown } = await w.signedIn()
    // Written elsewhere; the event of it is still on its way.
    w.browser.values.set('symphainy.session', JSON.stringify({ sessionId: 's2', generation: 9, user: { id: 'bob', name: 'Bob', email: '' }, expiresAt: 0 }))
    void auth.validateToken()
    expect(shown()).toBe('restoring')
  })
})

describe('tickets', () => {
  it('[AU6] the validation’s serves once, while it is fresh', async () => {
    const w = new World()
    const { auth } = await w.signedIn()
    await w.during(auth.ticket(true))
    expect(w.platform.count('POST /api/auth/ws-ticket')).toBe(0)
    await w.during(auth.ticket(true))
    expect(w.platform.count('POST /api/auth/ws-ticket')).toBe(1)
    await w.during(auth.validateToken())
    await w.clock.advance(20_000)
    await w.during(auth.ticket(true))
    expect(w.platform.count('POST /api/auth/ws-ticket')).toBe(2)
  })

  it('[AU4] [AU6] that of a late answer about another session serves nobody', async () => {
    const w = new World()
    const { auth, tab } = await w.signedIn()
    const release = hold(tab, '/session')
    void auth.validateToken()
    await w.clock.advance(10)
    await w.during(auth.login(BOB))
    release()
    await w.clock.advance(10)
    await w.during(auth.ticket(true))
    expect(w.platform.count('POST /api/auth/ws-ticket')).toBe(1)
  })
})

it('[U1] bearer: a token that a call was refused with is asked about no more', async () => {
  const w = new World()
  const { auth } = await w.signedIn({ credential: 'bearer' })
  w.platform.route('GET /api/conversations', () => refuse(401, 'revoked'))
  const { length } = w.platform.presented
  await expect(w.during(auth.request('GET', '/api/conversations'))).rejects.toMatchObject({ code: 'revoked' })
  expect([w.redirects, w.stored('token')]).toEqual([['revoked'], ''])
  expect(w.platform.presented).toHaveLength(length + 1)
})

describe('a client that was disposed', () => {
  it.each(['cookie', 'bearer'] as const)('%s: a login that is answered afterwards is kept for the next page, and leaves no timer', async (credential) => {
    const w = new World()
    const { auth } = w.open({ credential })
    const login = auth.login(ADA)
    auth.stop()
    await w.during(login)
    expect(w.clock.pendingTimers).toBe(0)
    const next = w.open({ credential })
    await w.clock.advance(10)
    expect(next.shown()).toBe('Ada')
  })

  it('a validation that is answered afterwards sends nobody anywhere, and leaves no timer', async () => {
    const w = new World()
    const { auth } = await w.signedIn()
    w.platform.route('GET /api/auth/session', () => refuse(401, 'expired'))
    const asked = auth.validateToken()
    auth.stop()
    expect(await w.during(asked)).toEqual({ status: 'invalid', reason: 'expired' })
    expect([w.redirects, w.clock.pendingTimers]).toEqual([[], 0])
    auth.start()
    await w.clock.advance(10)
    expect(w.redirects).toEqual(['expired'])
  })

  it('[TB5] shows nothing of its user when it is started again after another one signed in elsewhere', async () => {
    const w = new World()
    const { auth, shown } = await w.signedIn()
    auth.stop()
    await w.during(w.open().auth.login(BOB))
    auth.start()
    expect(shown()).toBe('restoring')
    await w.clock.advance(10)
    expect(shown()).toBe('Bob')
  })
})

describe('storage', () => {
  it('[AU2] bearer: a storage that can be read and not written keeps nobody from being signed in', async () => {
    const w = new World()
    const page = w.open({ credential: 'bearer' })
    page.tab.environment.storage.set = () => {
      throw new Error('the quota is exceeded')
    }
    await w.during(page.auth.login(ADA))
    await w.during(page.auth.validateToken())
    page.tab.show()
    await w.clock.advance(10)
    expect(page.shown()).toBe('Ada')
    await w.during(page.auth.logout())
    expect(page.shown()).toBe('signed_out')
  })

  it('[AU3] a storage that throws costs no more validations than one that does not', async () => {
    const w = new World()
    w.browser.blocksStorage = true
    const { tab, shown } = await w.signedIn()
    const { length } = w.platform.requests
    for (let i = 0; i < 3; i++) tab.show()
    await w.clock.advance(10)
    expect(shown()).toBe('Ada')
    expect(w.platform.requests).toHaveLength(length)
  })
})

describe('a login of the app’s own', () => {
  async function accepted(w: World, user: 'ada' | 'bob'): Promise<string> {
    const elsewhere = new VirtualBrowser({ clock: w.clock, network: w.platform }).tab()
    const auth = createAuthSession(elsewhere.environment, { credential: 'bearer' }, () => elsewhere.environment.origin)
    await w.during(auth.login(user === 'ada' ? ADA : BOB))
    auth.stop()
    return elsewhere.environment.storage.get('symphainy.token') ?? ''
  }

  it('[AU8] a token function that fails is said as every failure is', async () => {
    const w = new World()
    const page = w.open({ token: () => Promise.reject(new TypeError('no issuer')) })
    await w.clock.advance(10)
    expect(page.shown()).toBe('unreachable')
    await expect(page.auth.request('GET', '/api/conversations')).rejects.toMatchObject({ name: 'SymphainyError', code: 'network' })
  })

  it('[S3] [AU8] a rejected session bars itself, and not whoever signs in to the app next', async () => {
    const w = new World()
    let token: string | null = await accepted(w, 'ada')
    const page = w.open({ token: () => token })
    await w.clock.advance(10)
    const view = page.auth.getSnapshot()
    page.auth.reject(view.state === 'authenticated' ? view.session.id : '')
    const again = w.open({ token: () => token })
    await w.clock.advance(10)
    expect([page.shown(), again.shown()]).toEqual(['rejected', 'rejected'])
    token = await accepted(w, 'bob')
    const anew = w.open({ token: () => token })
    await w.clock.advance(10)
    expect([anew.shown(), page.shown(), again.shown()]).toEqual(['Bob', 'Bob', 'Bob'])
  })

  it('[S3] [AU8] a rejected session can be asked about again once the app has signed somebody else in', async () => {
    const w = new World()
    let token: string | null = await accepted(w, 'ada')
    const page = w.open({ token: () => token })
    await w.clock.advance(10)
    page.auth.reject(w.platform.sessionIds[0] ?? '')
    expect(page.shown()).toBe('rejected')
    token = await accepted(w, 'bob')
    await w.during(page.auth.validateToken())
    expect(page.shown()).toBe('Bob')
  })
})
