import { TICKET_PATTERN } from '@symphainy/protocol'
import { describe, expect, it } from 'vitest'
import { refuse } from '../testing.js'
import { ADA, connectedPage } from '../testing/connectedPage.js'

describe('auth on the socket', () => {
  it.each([1008, 3003, 4003, 4403])('[L2] [SE3] refused with %i: one close, no retry, one redirect, and never presented again', async (code) => {
    const { clock, platform, client, tab, redirects, socket, open } = await connectedPage()
    const { length } = platform.presented
    socket().drop(code)
    await clock.advance(10)
    tab.show()
    client.connection.connect()
    client.connection.reconnect()
    await client.auth.validateToken()
    await clock.advance(3_600_000)
    expect(redirects).toEqual(['rejected'])
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'signedOut', error: { type: 'auth' } })
    expect(platform.presented).toHaveLength(length)
    // A page that is loaded now, /login for instance, does not restore it by itself.
    expect(open().client.auth.getSnapshot()).toEqual({ state: 'anonymous', reason: 'rejected' })
    void client.auth.login(ADA)
    await clock.advance(20)
    expect(client.connection.getSnapshot().state).toBe('ready')
  })

  it.each(['expired', 'revoked', 'signed_out', 'superseded'] as const)('[SE3] 3000 %s: validates once, clears, redirects once', async (reason) => {
    const { clock, platform, redirects } = await connectedPage()
    platform.revoke(platform.sessionIds[0] ?? '', reason)
    await clock.advance(3_600_000)
    expect(platform.requests).toEqual(['GET /api/auth/session'])
    expect(redirects).toEqual([reason])
    expect(platform.sockets).toHaveLength(1)
  })

  it('[SE3] 3000 while the platform cannot say: nothing is cleared, and it is tried again', async () => {
    const { clock, platform, client, redirects, socket, state } = await connectedPage()
    platform.route('GET /api/auth/session', () => refuse(503, 'unavailable'))
    socket().drop(3000, 'expired')
    await clock.advance(5_000)
    expect(client.auth.getSnapshot().state).toBe('authenticated')
    expect(redirects).toEqual([])
    expect(state()).toBe('ready')
  })

  it('[SE3] ticket_invalid: one new ticket at once; a second in a row backs off', async () => {
    const { clock, platform, client, socket } = await connectedPage({ random: 0.5 })
    platform.greets = false
    socket().drop(3000, 'ticket_invalid')
    await clock.advance(5)
    expect(platform.requests).toEqual(['POST /api/auth/ws-ticket'])
    socket().drop(3000, 'ticket_invalid')
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'waiting', error: { type: 'server' } })
  })

  it('[CN5] a ticket call that says 401 is asked about once, and then the way goes to login', async () => {
    const { clock, platform, redirects, socket } = await connectedPage()
    platform.route('POST /api/auth/ws-ticket', () => refuse(401, 'expired'))
    platform.route('GET /api/auth/session', () => refuse(401, 'unauthenticated'))
    socket().drop(1006)
    await clock.advance(3_600_000)
    expect(redirects).toEqual(['expired'])
    expect(platform.requests).toEqual(['POST /api/auth/ws-ticket', 'GET /api/auth/session'])
  })

  it('[CN5] a lost network is never taken for a logout', async () => {
    const { clock, platform, client, redirects, socket } = await connectedPage()
    platform.route('POST /api/auth/ws-ticket', () => refuse(503, 'unavailable'))
    socket().drop(1006)
    await clock.advance(600_000)
    expect(client.auth.getSnapshot().state).toBe('authenticated')
    expect(redirects).toEqual([])
    expect(platform.count('GET /api/auth/session')).toBe(0)
  })

  it('[SE1] [U9] `expiring`: refreshed in place, over the same socket', async () => {
    const { clock, platform, client, socket, state } = await connectedPage()
    platform.route('POST /api/auth/refresh', () => refuse(503, 'unavailable', 2_000))
    socket().deliver({ type: 'expiring', inMs: 60_000 })
    await clock.advance(1_000)
    platform.route('POST /api/auth/refresh', null)
    await clock.advance(1_010)
    expect(socket().received).toEqual([{ type: 'refreshed', ticket: expect.stringMatching(TICKET_PATTERN) as unknown }])
    socket().deliver({ type: 'extended', expiresInMs: 7_200_000 })
    expect(client.auth.getSnapshot()).toMatchObject({ session: { expiresInMs: 7_200_000 } })
    expect(state()).toBe('ready')
    expect(platform.sockets).toHaveLength(1)
  })

  it('[TB5] a `ready` for another session is not shown as this one’s', async () => {
    const { clock, platform, client, socket } = await connectedPage({ random: 0.5 })
    const heard: string[] = []
    client.connection.onFrame((frame) => heard.push(frame.type))
    platform.greets = false
    socket().drop(1011)
    await clock.advance(505)
    const ready = {
      type: 'ready',
      connection: 'c',
      fence: 9,
      session: { id: 'session-of-bob', user: { id: 'bob', name: 'Bob', email: 'b' }, expiresInMs: 1 },
      heartbeatMs: {},
      reconnectWindowMs: 1,
      limits: {},
    }
    socket().deliver(ready)
    expect(heard).toEqual([])
    expect(client.connection.getSnapshot().state).toBe('waiting')
  })
})

describe('a second tab', () => {
  it('yields while the first is served, takes over on "Use here", and never fights', async () => {
    const first = await connectedPage()
    const second = first.open()
    second.client.connection.retain()
    await first.clock.advance(1_500)
    expect(second.client.connection.getSnapshot()).toMatchObject({ state: 'yielded', label: 'In use in another tab' })
    expect(first.platform.sockets).toHaveLength(1)
    second.client.connection.connect()
    await first.clock.advance(20)
    expect(second.client.connection.getSnapshot().state).toBe('ready')
    expect(first.client.connection.getSnapshot()).toMatchObject({ state: 'yielded', error: { code: 4409 } })
    await first.clock.advance(3_600_000)
    expect(first.platform.sockets).toHaveLength(2)
    expect(second.client.connection.getSnapshot().state).toBe('ready')
  })

  it('a reload whose former self is still served asks once more after a second', async () => {
    const first = await connectedPage()
    const second = first.open()
    second.client.connection.retain()
    await first.clock.advance(500)
    first.client.dispose()
    await first.clock.advance(600)
    expect(second.client.connection.getSnapshot().state).toBe('ready')
  })

  it('a half-open socket of its own is not taken for another tab', async () => {
    const { clock, platform, state } = await connectedPage()
    platform.cutSockets()
    await clock.advance(60_000)
    expect(state()).toBe('ready')
  })
})
