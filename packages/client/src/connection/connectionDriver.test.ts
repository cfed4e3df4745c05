import { ID_PATTERN, TICKET_PATTERN } from '@symphainy/protocol'
import { describe, expect, it } from 'vitest'
import { refuse, type VirtualClock } from '../testing.js'
import { ADA, connectedPage } from '../testing/connectedPage.js'

/** Goes from timer to timer, since nothing happens in between, and looks at each millisecond in which something did. */
async function eachMoment(clock: VirtualClock, forMs: number, look: () => void): Promise<void> {
  const end = clock.now() + forMs
  while (clock.now() < end) {
    await clock.advance(Math.min(clock.nextAt ?? end, end) - clock.now())
    look()
  }
}

describe('retry policy', () => {
  it('[CN7] [L1] retries to the millisecond: the window, then the doubled base, then the cap; never two sockets', async () => {
    const { clock, platform, socket } = await connectedPage({ random: 0.5 })
    await clock.advance(30_000) // stable
    platform.network = 'down'
    socket().drop(1006)
    const tries: number[] = []
    const start = clock.now()
    let before = platform.requests.length
    await eachMoment(clock, 59_999, () => {
      if (platform.requests.length > before) tries.push(clock.now() - start)
      before = platform.requests.length
      expect(platform.liveSockets.length).toBeLessThanOrEqual(1)
    })
    // Half of: the window of 1 s, then 2, 4, 8, 15, 15, 15 s; each after the millisecond in which the one before failed.
    expect(tries).toEqual([500, 1_501, 3_502, 7_503, 15_004, 22_505, 30_006, 37_507, 45_008, 52_509])
  })

  it('[L1] a platform that closes every socket gets no more attempts than the policy makes', async () => {
    const { clock, platform, socket } = await connectedPage({ random: 0.5 })
    platform.greets = false
    const before = platform.sockets.length
    socket().drop(1006)
    await eachMoment(clock, 60_000, () => {
      expect(platform.liveSockets.length).toBeLessThanOrEqual(1)
      if (socket().readyState === 1) socket().drop(1006)
    })
    expect(platform.sockets.length - before).toBeLessThanOrEqual(11)
    expect(platform.sockets.length - before).toBeGreaterThan(5)
  })

  it('[U5] never gives up on a network error, and comes back when the network does', async () => {
    const { clock, platform, socket, state } = await connectedPage()
    platform.network = 'down'
    socket().drop(1006)
    await clock.advance(24 * 3_600_000)
    expect(state()).not.toBe('stopped')
    platform.network = 'up'
    await clock.advance(15_010)
    expect(state()).toBe('ready')
  })

  it('[U6] the attempts fall back to 0 after `ready` and 30 s of life, and not before', async () => {
    const { clock, platform, client, socket } = await connectedPage({ random: 0.5 })
    platform.network = 'down'
    socket().drop(1006)
    await clock.advance(4_000)
    platform.network = 'up'
    await clock.advance(4_000)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'ready', attempt: 4 })
    await clock.advance(20_000)
    socket().drop(1006)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'waiting', attempt: 5, retryInMs: 7_500 })
    await clock.advance(7_510)
    await clock.advance(29_900)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'ready', attempt: 5 })
    await clock.advance(100)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'ready', attempt: 0 })
  })

  it('[CN7] 1013 is retried slowly, `goaway` tells the window, `retryAfterMs` overrides', async () => {
    const { clock, platform, client, socket, state } = await connectedPage({ random: 0.5 })
    socket().drop(1013)
    expect(client.connection.getSnapshot()).toMatchObject({ retryInMs: 4_000, error: { type: 'server' } })
    await clock.advance(4_010 + 30_000)
    socket().deliver({ type: 'goaway', reason: 'restart', retryAfterMs: 10_000 })
    socket().drop(1012)
    expect(client.connection.getSnapshot().retryInMs).toBe(5_000)
    platform.route('POST /api/auth/ws-ticket', () => refuse(503, 'draining', 12_345))
    await clock.advance(5_002)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'waiting', retryInMs: 12_345 })
    platform.route('POST /api/auth/ws-ticket', null)
    await clock.advance(12_344)
    expect(state()).toBe('waiting')
    await clock.advance(10)
    expect(state()).toBe('ready')
  })

  it('[CN7] becoming visible and reconnect() at once; online within a second; paused while hidden', async () => {
    const { clock, platform, client, tab, socket, state } = await connectedPage({ random: 0.9 })
    platform.network = 'down'
    socket().drop(1006)
    await clock.advance(20_000)
    expect(state()).toBe('waiting')
    const asked = (): number => platform.count('POST /api/auth/ws-ticket')
    let before = asked()
    tab.show()
    await clock.advance(0)
    expect(asked()).toBe(before + 1)
    await clock.advance(5)
    client.connection.reconnect()
    await clock.advance(0)
    expect(asked()).toBe(before + 2)
    await clock.advance(5)
    before = asked()
    tab.goOnline()
    await clock.advance(899)
    expect(asked()).toBe(before)
    await clock.advance(1)
    expect(asked()).toBe(before + 1)
    await clock.advance(5)
    tab.hide()
    await clock.advance(3_600_000)
    expect(state()).toBe('paused')
    expect(asked()).toBe(before + 1)
    platform.network = 'up'
    tab.show()
    await clock.advance(10)
    expect(state()).toBe('ready')
  })

  it('[CN7] offline stretches the cap to 60 s, says so, and is ignored on loopback', async () => {
    const { clock, platform, client, tab, socket, open } = await connectedPage({ random: 0.5 })
    platform.network = 'down'
    tab.goOffline()
    socket().drop(1006)
    await clock.advance(120_000)
    expect(client.connection.getSnapshot()).toMatchObject({ label: 'Offline', retryInMs: 30_000 })
    client.dispose()
    platform.network = 'up'
    const local = open({ url: 'http://127.0.0.1:3000' })
    local.client.connection.retain()
    await clock.advance(10)
    platform.network = 'down'
    local.tab.goOffline()
    socket().drop(1006)
    await clock.advance(120_000)
    expect(local.client.connection.getSnapshot()).toMatchObject({ label: 'Reconnecting', retryInMs: 7_500 })
  })

  it('[CN7] a timer set before a logout never fires into the next login', async () => {
    const { clock, platform, client, socket, state } = await connectedPage({ random: 0.99 })
    socket().drop(1013)
    expect(state()).toBe('waiting')
    void client.auth.logout()
    await clock.advance(5)
    void client.auth.login(ADA)
    await clock.advance(5)
    expect(state()).toBe('ready')
    const { length } = platform.sockets
    await clock.advance(19_000)
    expect(platform.sockets).toHaveLength(length)
  })
})

describe('the socket', () => {
  it('[CN2] offers the subprotocol and the ticket, and no secret in the URL', async () => {
    const { socket, tab } = await connectedPage()
    const [version, ticket] = socket().protocols
    expect(version).toBe('symphainy.v1')
    expect(ticket?.slice('ticket.'.length)).toMatch(TICKET_PATTERN)
    expect(socket().url).toBe('wss://chat.example/api/ws')
    expect(tab.environment.randomId()).toMatch(ID_PATTERN)
  })

  it('[CN6] a socket that does not open in 8 s, or gets no `ready` in 5 s, is abandoned; its late events are nobody’s', async () => {
    const { clock, platform, socket, state } = await connectedPage({ random: 0.5 })
    await clock.advance(31_000)
    platform.opens = false
    socket().drop(1011)
    await clock.advance(502)
    const late = socket()
    expect(state()).toBe('opening')
    await clock.advance(7_999)
    expect(state()).toBe('opening')
    await clock.advance(1)
    expect(state()).toBe('waiting')
    expect(late.closedByClient).toEqual({ code: 1000 })
    platform.opens = true
    platform.greets = false
    await clock.advance(1_010)
    expect(state()).toBe('greeting')
    late.onopen?.()
    late.onclose?.({ code: 1008, reason: '' })
    await clock.advance(4_980)
    expect(state()).toBe('greeting')
    await clock.advance(20)
    expect(state()).toBe('waiting')
  })

  it('[L5] two consumers: both hear every frame, and the socket lives until the last one leaves', async () => {
    const { clock, platform, client, socket, state } = await connectedPage()
    const heard: string[] = []
    const release = client.connection.retain()
    client.connection.onFrame((frame) => heard.push(`first ${frame.type}`))
    client.connection.onFrame((frame) => heard.push(`second ${frame.type}`))
    socket().deliver({ type: 'pong', id: 'x' })
    expect(heard).toEqual(['first pong', 'second pong'])
    release()
    release()
    await clock.advance(10)
    expect(state()).toBe('ready')
    expect(platform.sockets).toHaveLength(1)
    client.dispose()
    await clock.advance(0)
    expect(platform.liveSockets).toEqual([])
    expect(clock.pendingTimers).toBe(0)
  })

  it('[L3] the last consumer leaves: no socket and no timer of it is left', async () => {
    const { clock, platform, client } = await connectedPage()
    client.dispose()
    client.start()
    const release = client.connection.retain()
    await clock.advance(50)
    expect(platform.liveSockets).toHaveLength(1)
    release()
    // The consumer of `connected` is still there.
    expect(platform.liveSockets).toHaveLength(1)
    client.connection.disconnect()
    expect(platform.liveSockets).toEqual([])
    await clock.advance(600_000)
    expect(platform.liveSockets).toEqual([])
  })

  it('[FR5] [FR1] frames in an array arrive one by one; unknown and broken ones are ignored', async () => {
    const { client, socket, state } = await connectedPage()
    const heard: string[] = []
    client.connection.onFrame((frame) => heard.push(frame.type))
    socket().deliver({ type: 'pong', id: '1' }, { type: 'novelty' }, { type: 'live' }, { type: 'pong', id: '2' })
    socket().deliverText('{"type":')
    socket().deliverText('{"type":"pong","__proto__":{"id":"x"}}')
    expect(heard).toEqual(['pong', 'pong'])
    expect(state()).toBe('ready')
  })

  it('send() says sent or refused', async () => {
    const { client, socket } = await connectedPage()
    expect(client.connection.send({ type: 'subscribe', conversation: '@user' })).toBe('sent')
    expect(socket().received.at(-1)).toEqual({ type: 'subscribe', conversation: '@user' })
    socket().drop(1006)
    expect(client.connection.send({ type: 'subscribe', conversation: '@user' })).toBe('refused')
  })

  it('says of a loss with which code, and keeps the newest 50 changes', async () => {
    const { clock, client, socket } = await connectedPage()
    const losses: number[] = []
    client.connection.onLost(({ code }) => losses.push(code))
    socket().drop(1009)
    expect(losses).toEqual([1009])
    for (let i = 0; i < 30; i++) {
      await clock.advance(20_000)
      socket().drop(1006)
    }
    const { timeline } = client.connection.getSnapshot()
    expect(timeline).toHaveLength(50)
    expect(timeline.at(-1)).toMatchObject({ state: 'waiting', detail: 'Closed with 1006: The connection was lost. Trying again.' })
  })
})

describe('heartbeat', () => {
  it('[FR3] [L17] a black-holed peer is gone within the heartbeat and 8 s, and the next socket does not wait for close()', async () => {
    const { clock, platform, socket, state } = await connectedPage({ random: 0.5 })
    platform.cutSockets()
    const dead = socket()
    await clock.advance(27_900)
    expect(state()).toBe('ready')
    await clock.advance(110)
    expect(state()).toBe('waiting')
    expect(dead.closedByClient).toEqual({ code: 1000 })
    await clock.advance(1_000)
    expect(state()).toBe('ready')
    expect(socket()).not.toBe(dead)
  })

  it('[FR3] pings after 20 s without a frame in either direction, measures the round trip, and reconnects nothing', async () => {
    const { clock, platform, client, socket } = await connectedPage()
    platform.answersPings = false
    const pings = (): number => socket().received.filter(({ type }) => type === 'ping').length
    for (let i = 0; i < 19; i++) {
      await clock.advance(1_000)
      socket().deliver({ type: 'novelty' })
    }
    expect(pings()).toBe(0)
    // Hearing is not enough: the platform must hear something too.
    await clock.advance(1_000)
    expect(pings()).toBe(1)
    await clock.advance(40)
    const ping = socket().received.at(-1) as { id: string }
    socket().deliver({ type: 'pong', id: ping.id })
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'ready', roundTripMs: expect.any(Number) })
    expect(platform.sockets).toHaveLength(1)
  })

  it('[FR3] hidden: a ping every 45 s', async () => {
    const { clock, tab, socket } = await connectedPage()
    tab.hide()
    await clock.advance(44_800)
    expect(socket().received).toHaveLength(0)
    await clock.advance(300)
    expect(socket().received.map(({ type }) => type)).toEqual(['ping'])
  })

  it.each(['visible', 'online', 'pageshow', 'resume'] as const)(
    '[FR3] [U13] on %s it probes at once, and a dead socket is replaced after 3 s without waiting',
    async (event) => {
      const { clock, platform, tab, socket, state } = await connectedPage()
      platform.cutSockets()
      const dead = socket()
      tab.emit(event)
      await clock.advance(2_999)
      expect(socket()).toBe(dead)
      await clock.advance(10)
      expect(state()).toBe('ready')
      expect(socket()).not.toBe(dead)
    },
  )

  it('[U13] [FR3] a machine that slept for an hour probes: a live socket is kept, a dead one replaced', async () => {
    const kept = await connectedPage()
    await kept.clock.sleep(3_000_000)
    await kept.clock.advance(5_000)
    expect(kept.state()).toBe('ready')
    expect(kept.platform.sockets).toHaveLength(1)
    const dead = await connectedPage()
    dead.platform.cutSockets()
    await dead.clock.sleep(3_000_000)
    await dead.clock.advance(3_010)
    expect(dead.state()).toBe('ready')
    expect(dead.platform.sockets).toHaveLength(2)
  })
})
