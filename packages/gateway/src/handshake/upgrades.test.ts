import { connect as connectTcp } from 'node:net'
import { SUBPROTOCOL, TICKET_PREFIX } from '@symphainy/protocol'
import { createTestPlatform, createVirtualClock, TestSocket, type TestPlatform, type TestPlatformOptions } from '@symphainy/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { defaultEnvironment } from '../environment.js'

const platforms: TestPlatform[] = []
async function start(options?: TestPlatformOptions): Promise<TestPlatform> {
  const platform = await createTestPlatform(options)
  platforms.push(platform)
  return platform
}
afterEach(async () => {
  await Promise.all(platforms.splice(0).map((platform) => platform.close()))
})

const FORGED = 'A'.repeat(43)

describe('what is refused before the upgrade', () => {
  it.each([
    ['foreign', 'https://evil.example'],
    ['null', 'null'],
    ['missing', null],
    ['a longer name that begins like ours', 'http://localhost.evil.example'],
    ['one with a path', 'http://127.0.0.1/x'],
  ])('[CN3] [L25] an Origin that is %s gets 403, and the log names the setting', async (_, origin) => {
    const platform = await start()
    const session = await platform.signIn('Ada')
    const socket = await platform.open(session, { origin })
    expect((await socket.refused).status).toBe(403)
    const line = platform.lines.find(({ message }) => message.includes('ALLOWED_ORIGINS'))
    expect(line?.message).toContain(origin === null ? 'no Origin' : JSON.stringify(origin))
  })

  it('[AU6] no Origin but Sec-Fetch-Site: same-origin and an allowed host is let in', async () => {
    const platform = await start()
    const session = await platform.signIn('Ada')
    const socket = await platform.open(session, { origin: null, headers: { 'sec-fetch-site': 'same-origin' } })
    await socket.next('ready')
    const other = await platform.open(session, { origin: null, headers: { 'sec-fetch-site': 'cross-site' } })
    expect((await other.refused).status).toBe(403)
  })

  it.each([
    ['no subprotocol', []],
    ['another subprotocol', ['graphql-ws', `${TICKET_PREFIX}${FORGED}`]],
    ['no ticket', [SUBPROTOCOL]],
    ['an empty ticket', [SUBPROTOCOL, TICKET_PREFIX + 'x']],
    ['two tickets', [SUBPROTOCOL, `${TICKET_PREFIX}${FORGED}`, `${TICKET_PREFIX}${'B'.repeat(43)}`]],
    ['a ticket that is too long', [SUBPROTOCOL, `${TICKET_PREFIX}${'A'.repeat(129)}`]],
  ])('[CN3] [L13] %s gets 400', async (_, protocols) => {
    const platform = await start()
    const socket = new TestSocket(platform.socketUrl, { protocols, origin: platform.origin })
    expect((await socket.refused).status).toBe(400)
  })

  it('[CN3] another path is not ours', async () => {
    const platform = await start()
    const socket = new TestSocket(platform.socketUrl.replace('/api/ws', '/elsewhere'), { ticket: FORGED, origin: platform.origin })
    expect((await socket.refused).status).toBe(404)
  })

  it('[CN3] over the cap of an address 429 with a time; a replacement does not count', async () => {
    const platform = await start({ gateway: { socketsPerAddress: 2 } })
    const [ada, bob, eve] = [await platform.signIn('Ada'), await platform.signIn('Bob'), await platform.signIn('Eve')]
    const first = await platform.connect(ada)
    await platform.connect(bob)
    const refused = await (await platform.open(eve)).refused
    expect(refused.status).toBe(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    await platform.connect(ada)
    expect(await first.closed).toEqual({ code: 4409, reason: 'replaced' })
  })

  it('[CN3] over the cap of the node 429', async () => {
    const platform = await start({ gateway: { socketsPerNode: 1 } })
    await platform.connect(await platform.signIn('Ada'))
    expect((await (await platform.open(await platform.signIn('Bob'))).refused).status).toBe(429)
  })

  it('[SE4] while draining 503 for upgrades, and no tickets', async () => {
    const platform = await start()
    const session = await platform.signIn('Ada')
    const ticket = await platform.ticketFor(session)
    await platform.gateway.drain({ withinMs: 100, spread: false })
    const refused = await (await platform.open(session, { ticket })).refused
    expect(refused.status).toBe(503)
    await expect(platform.ticketFor(session)).rejects.toMatchObject({ code: 'draining' })
  })

  it.each([
    ['nothing at all', ''],
    ['half a request head', 'GET /api/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n'],
  ])('[FR4] a peer that sends %s is cut off after 5 s', async (_, sent) => {
    const clock = createVirtualClock()
    const platform = await start({ gateway: { environment: { ...defaultEnvironment(), ...clock } } })
    const accepted = new Promise<void>((resolve) => platform.server.once('connection', () => resolve()))
    const socket = connectTcp(Number(new URL(platform.url).port), '127.0.0.1')
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
    socket.on('error', () => undefined)
    socket.write(sent)
    await accepted
    await clock.advance(4_900)
    expect(socket.destroyed).toBe(false)
    await clock.advance(200)
    socket.resume()
    await closed
  })
})

describe('what is answered after the upgrade', () => {
  it('[CN2] [L13] a valid ticket is served, and symphainy.v1 is selected, nothing else', async () => {
    const platform = await start()
    const session = await platform.signIn('Ada')
    const socket = await platform.open(session)
    const ready = await socket.next('ready')
    expect(socket.socket.protocol).toBe(SUBPROTOCOL)
    expect(socket.frames).toHaveLength(1)
    expect(ready).toMatchObject({
      fence: 1,
      session: { id: session.record.id, user: { name: 'Ada' } },
      limits: { frameBytes: 262_144 },
      heartbeatMs: { visible: 20_000 },
    })
    expect(ready.session.expiresInMs).toBeGreaterThan(86_000_000)
  })

  it('[L13] a forged ticket is closed with 3000 ticket_invalid', async () => {
    const platform = await start()
    const socket = new TestSocket(platform.socketUrl, { ticket: FORGED, origin: platform.origin })
    expect(await socket.closed).toEqual({ code: 3000, reason: 'ticket_invalid' })
    expect(socket.frames).toEqual([])
  })

  it('[AU6] a used ticket is closed with 3000 ticket_invalid, and the first connection stays', async () => {
    const platform = await start()
    const session = await platform.signIn('Ada')
    const ticket = await platform.ticketFor(session)
    const first = await platform.connect(session, { ticket })
    expect(await (await platform.open(session, { ticket })).closed).toEqual({ code: 3000, reason: 'ticket_invalid' })
    await first.roundTrip()
  })

  it('[AU6] an expired ticket is closed with 3000 ticket_invalid', async () => {
    const clock = createVirtualClock()
    const platform = await start({ gateway: { environment: { ...defaultEnvironment(), ...clock } } })
    const session = await platform.signIn('Ada')
    const ticket = await platform.ticketFor(session)
    await clock.advance(30_000)
    expect(await (await platform.open(session, { ticket })).closed).toEqual({ code: 3000, reason: 'ticket_invalid' })
  })

  it("[AU6] another origin's ticket is closed with 3000 ticket_invalid, and is used up", async () => {
    const platform = await start()
    const session = await platform.signIn('Ada')
    const ticket = await platform.ticketFor(session, { origin: 'http://localhost:5173' })
    expect(await (await platform.open(session, { ticket })).closed).toEqual({ code: 3000, reason: 'ticket_invalid' })
    expect(await (await platform.open(session, { ticket, origin: 'http://localhost:5173' })).closed).toEqual({ code: 3000, reason: 'ticket_invalid' })
  })

  it('[AU6] 20 uses at once of one ticket give exactly one connection', async () => {
    const platform = await start()
    const session = await platform.signIn('Ada')
    const ticket = await platform.ticketFor(session)
    const sockets = await Promise.all(Array.from({ length: 20 }, () => platform.open(session, { ticket })))
    const outcomes = await Promise.all(
      sockets.map((socket) => Promise.race([socket.next('ready').then(() => 'ready'), socket.closed.then(({ reason }) => reason)])),
    )
    expect(outcomes.filter((outcome) => outcome === 'ready')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'ticket_invalid')).toHaveLength(19)
    expect(platform.gateway.stats().served).toBe(1)
  })

  it.each(['revoked', 'signed_out', 'superseded'] as const)('[SE2] a session that ended as %s is told so', async (reason) => {
    const platform = await start()
    const session = await platform.signIn('Ada')
    const ticket = await platform.ticketFor(session)
    await platform.gateway.endSessions({ ids: [session.record.id] }, reason)
    expect(await (await platform.open(session, { ticket })).closed).toEqual({ code: 3000, reason })
  })

  it('[AU3] a session that expired meanwhile is told so', async () => {
    const clock = createVirtualClock()
    const platform = await start({ idleMs: 10_000, gateway: { environment: { ...defaultEnvironment(), ...clock } } })
    const session = await platform.signIn('Ada')
    const ticket = await platform.ticketFor(session)
    await clock.advance(10_000)
    expect(await (await platform.open(session, { ticket })).closed).toEqual({ code: 3000, reason: 'expired' })
  })

  it('[L14] 1,000 connects in sequence never lock out', { timeout: 60_000 }, async () => {
    const platform = await start({ gateway: { admissionPerSecond: 10_000, socketsPerAddress: 5, sessionsPerUser: 2 } })
    const session = await platform.signIn('Ada')
    for (let count = 0; count < 1_000; count += 1) {
      const socket = await platform.connect(session)
      socket.socket.terminate()
    }
    await (await platform.connect(session)).roundTrip()
    expect(platform.gateway.stats().served).toBe(1)
  })

  it('[L14] [CN8] the session above the user’s cap is refused while the others live: at the ticket call, else with 4429', async () => {
    const platform = await start({ gateway: { sessionsPerUser: 2 } })
    const [one, two, three] = [await platform.signIn('Ada'), await platform.signIn('Ada'), await platform.signIn('Ada')]
    const early = await platform.ticketFor(three)
    const first = await platform.connect(one)
    await platform.connect(two)
    await expect(platform.ticketFor(three)).rejects.toMatchObject({ code: 'rate_limited' })
    expect(await (await platform.open(three, { ticket: early })).closed).toEqual({ code: 4429, reason: 'too_many' })
    await platform.connect(await platform.signIn('Bob'))
    await platform.connect(one)
    await first.closed
    await (await platform.connect(two)).close()
    await platform.connect(three)
  })

  it('[CN5] who is over the admission gets a slot of their own', async () => {
    const clock = createVirtualClock()
    const platform = await start({ gateway: { admissionPerSecond: 2, environment: { ...defaultEnvironment(), ...clock } } })
    const session = await platform.signIn('Ada')
    await platform.ticketFor(session)
    await platform.ticketFor(session)
    const slots: number[] = []
    for (let count = 0; count < 4; count += 1) {
      await platform.ticketFor(session).catch((error: { code: string; retryAfterMs: number }) => {
        expect(error.code).toBe('unavailable')
        slots.push(error.retryAfterMs)
      })
    }
    expect(slots).toEqual([500, 1_000, 1_500, 2_000])
    await clock.advance(500)
    await platform.ticketFor(session)
  })

  it('[L12] the ticket and the credential stand in no log line and no frame', async () => {
    const platform = await start()
    const session = await platform.signIn('Ada')
    const ticket = await platform.ticketFor(session)
    const socket = await platform.connect(session, { ticket })
    const replay = await platform.open(session, { ticket })
    await replay.closed
    const refreshing = await platform.ticketFor(session)
    socket.send({ type: 'refreshed', ticket: refreshing })
    await socket.next('extended')
    socket.sendText('{"type":"refreshed","ticket":"' + ticket + '"}')
    await socket.next('error')
    await platform.gateway.endSessions({ ids: [session.record.id] }, 'signed_out')
    await socket.closed
    const seen = JSON.stringify([platform.lines, socket.texts, replay.texts])
    for (const secret of [ticket, refreshing, session.credential]) expect(seen).not.toContain(secret)
  })
})
