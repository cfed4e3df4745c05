import { createServer } from 'node:http'
import { createMemoryBus, createMemoryEventLog, createMemorySessionStore, createMemoryTicketStore } from '@symphainy/gateway/memory'
import { createScriptedAgent, createTestPlatform, createVirtualClock, type TestPlatform, type TestPlatformOptions, type VirtualClock } from '@symphainy/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { defaultEnvironment } from '../environment.js'
import { GatewayError } from '../gatewayError.js'

const platforms: TestPlatform[] = []
async function start(options?: TestPlatformOptions): Promise<TestPlatform> {
  const platform = await createTestPlatform(options)
  platforms.push(platform)
  return platform
}
async function startVirtual(options: TestPlatformOptions = {}): Promise<{ platform: TestPlatform; clock: VirtualClock }> {
  const clock = createVirtualClock()
  return { clock, platform: await start({ ...options, gateway: { ...options.gateway, environment: { ...defaultEnvironment(), ...clock } } }) }
}
afterEach(async () => {
  await Promise.all(platforms.splice(0).map((platform) => platform.close()))
})

const GUIDE = { type: 'guide' } as const

describe('one served socket per session', () => {
  it('[CN8] a second connection of the session replaces the first with 4409, under a higher fence', async () => {
    const platform = await start()
    const session = await platform.signIn('Ada')
    const first = await platform.open(session)
    expect((await first.next('ready')).fence).toBe(1)
    const second = await platform.open(session)
    expect((await second.next('ready')).fence).toBe(2)
    expect(await first.closed).toEqual({ code: 4409, reason: 'replaced' })
    await second.roundTrip()
    expect(platform.gateway.stats()).toMatchObject({ sockets: 1, served: 1 })
  })

  it('[CN8] another session of the same user stays', async () => {
    const platform = await start()
    const first = await platform.connect(await platform.signIn('Ada'))
    const second = await platform.connect(await platform.signIn('Ada'))
    await first.roundTrip()
    await second.roundTrip()
  })

  it('[CN8] a connection on another node replaces the one here', async () => {
    const shared = { sessions: createMemorySessionStore(), tickets: createMemoryTicketStore(), log: createMemoryEventLog(), bus: createMemoryBus() }
    const [here, there] = [await start({ gateway: shared }), await start({ gateway: shared })]
    const session = await here.signIn('Ada')
    const first = await here.connect(session)
    const second = await there.connect(session)
    expect(await first.closed).toEqual({ code: 4409, reason: 'replaced' })
    await second.roundTrip()
  })

  it('[CN8] ifIdle is refused with in_use while a connection is served, and given when it is gone', async () => {
    const platform = await start()
    const session = await platform.signIn('Ada')
    const socket = await platform.connect(session)
    expect(platform.gateway.isServed(session.record.id)).toBe(true)
    await expect(platform.ticketFor(session, { ifIdle: true })).rejects.toMatchObject({ code: 'in_use' })
    await socket.close()
    await expect.poll(() => platform.gateway.isServed(session.record.id)).toBe(false)
    await platform.ticketFor(session, { ifIdle: true })
  })
})

describe('the end of a session', () => {
  it.each(['revoked', 'signed_out', 'superseded'] as const)('[SE2] %s closes the socket within a second, with the reason', async (reason) => {
    const platform = await start()
    const session = await platform.signIn('Ada')
    const socket = await platform.connect(session)
    const startedAt = Date.now()
    await platform.gateway.endSessions({ ids: [session.record.id] }, reason)
    expect(await socket.closed).toEqual({ code: 3000, reason })
    expect(Date.now() - startedAt).toBeLessThan(1_000)
  })

  it('[SE2] reaches the sockets of other nodes', async () => {
    const shared = { sessions: createMemorySessionStore(), tickets: createMemoryTicketStore(), log: createMemoryEventLog(), bus: createMemoryBus() }
    const [here, there] = [await start({ gateway: shared }), await start({ gateway: shared })]
    const session = await here.signIn('Ada')
    const socket = await there.connect(session)
    await here.gateway.endSessions({ ids: [session.record.id] }, 'signed_out')
    expect(await socket.closed).toEqual({ code: 3000, reason: 'signed_out' })
  })

  it('[AU7] ends all sessions of a user but one', async () => {
    const platform = await start()
    const [kept, other] = [await platform.signIn('Ada'), await platform.signIn('Ada')]
    const [keptSocket, otherSocket] = [await platform.connect(kept), await platform.connect(other)]
    await platform.gateway.endSessions({ userId: kept.record.user.id, except: kept.record.id }, 'revoked')
    expect(await otherSocket.closed).toEqual({ code: 3000, reason: 'revoked' })
    await keptSocket.roundTrip()
  })

  it('[SE2] a peer that does not answer the close is cut off a second later', async () => {
    const { platform, clock } = await startVirtual()
    const session = await platform.signIn('Ada')
    const socket = await platform.connect(session)
    socket.socket.pause()
    await platform.gateway.endSessions({ ids: [session.record.id] }, 'revoked')
    await clock.advance(900)
    expect(platform.gateway.stats().sockets).toBe(1)
    await clock.advance(200)
    await expect.poll(() => platform.gateway.stats().sockets).toBe(0)
  })

  it('[S6] a connection that was in the middle of its admission is not served after a revocation', async () => {
    const sessions = createMemorySessionStore()
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const platform = await start({
      gateway: {
        sessions: {
          ...sessions,
          async takeFence(id, now) {
            const fence = await sessions.takeFence(id, now)
            await held
            return fence
          },
        },
      },
    })
    const session = await platform.signIn('Ada')
    const socket = await platform.open(session)
    await new Promise((resolve) => socket.socket.on('open', resolve))
    await platform.gateway.endSessions({ ids: [session.record.id] }, 'revoked')
    release()
    expect(await socket.closed).toEqual({ code: 3000, reason: 'revoked' })
    expect(socket.frames).toEqual([])
  })

  it('[RS9] a session that ended unheard of is noticed at the next subscribe and message', async () => {
    for (const frame of [
      { type: 'subscribe', conversation: '@user' } as const,
      { type: 'message', id: 'message-1', conversation: 'talk-0001', agent: GUIDE, text: 'hi' } as const,
    ]) {
      const platform = await start()
      const session = await platform.signIn('Ada')
      const socket = await platform.connect(session)
      await platform.stores.sessions.end({ ids: [session.record.id] }, 'revoked', Date.now())
      socket.send(frame)
      expect(await socket.closed).toEqual({ code: 3000, reason: 'revoked' })
      expect(socket.frames).toHaveLength(1)
    }
  })

  it('[SE1] expiring comes at min(60 s, 20 %) before the end, and then the socket closes with expired', async () => {
    const { platform, clock } = await startVirtual({ idleMs: 100_000 })
    const socket = await platform.connect(await platform.signIn('Ada'))
    // Within the silence limit, so that only the session's end is seen.
    await clock.advance(60_000)
    await socket.roundTrip()
    expect(socket.frames.some(({ type }) => type === 'expiring')).toBe(false)
    await clock.advance(20_000)
    expect((await socket.next('expiring')).inMs).toBe(20_000)
    await clock.advance(20_000)
    expect(await socket.closed).toEqual({ code: 3000, reason: 'expired' })
  })

  it('[SE1] refreshed in place: extended, the same fence, the run goes on', async () => {
    const agents = createScriptedAgent()
    const { platform, clock } = await startVirtual({ idleMs: 50_000, gateway: { agents } })
    const session = await platform.signIn('Ada')
    const socket = await platform.connect(session)
    socket.send({ type: 'message', id: 'message-1', conversation: 'talk-0001', agent: GUIDE, text: 'hi' })
    const run = await agents.started('message-1')
    await clock.advance(40_000)
    await socket.next('expiring')
    const refreshed = await platform.sessions.refresh(session.credential)
    expect(refreshed.status).toBe('valid')
    socket.send({ type: 'refreshed', ticket: await platform.ticketFor(session) })
    expect((await socket.next('extended')).expiresInMs).toBe(50_000)
    run.write('still here')
    await socket.next('event', ({ event }) => event.type === 'TEXT_MESSAGE_CONTENT')
    await clock.advance(30_000)
    await socket.roundTrip()
    expect(run.signal.aborted).toBe(false)
  })

  it('[SE1] a session that another tab refreshed over HTTP is not closed at its old end', async () => {
    const { platform, clock } = await startVirtual({ idleMs: 50_000 })
    const session = await platform.signIn('Ada')
    const socket = await platform.connect(session)
    await clock.advance(45_000)
    await platform.sessions.refresh(session.credential)
    await clock.advance(5_000)
    expect((await socket.next('extended')).expiresInMs).toBe(45_000)
  })

  it('[SE1] a refresh that could extend nothing is not announced for ever', async () => {
    const { platform, clock } = await startVirtual({ idleMs: 50_000, absoluteMs: 50_000 })
    const session = await platform.signIn('Ada')
    const socket = await platform.connect(session)
    await clock.advance(41_000)
    await socket.next('expiring')
    socket.send({ type: 'refreshed', ticket: await platform.ticketFor(session) })
    expect((await socket.next('extended')).expiresInMs).toBe(9_000)
    await clock.advance(5_000)
    await socket.roundTrip()
    expect(socket.frames.filter(({ type }) => type === 'expiring')).toHaveLength(1)
  })

  it('[SE1] another session’s ticket closes the socket with 3003; a forged one is an error and the socket stays', async () => {
    const platform = await start()
    const socket = await platform.connect(await platform.signIn('Ada'))
    socket.send({ type: 'refreshed', ticket: 'A'.repeat(43) })
    expect((await socket.next('error')).re).toEqual({ type: 'refreshed' })
    await socket.roundTrip()
    socket.send({ type: 'refreshed', ticket: await platform.ticketFor(await platform.signIn('Ada')) })
    expect((await socket.closed).code).toBe(3003)
  })
})

describe('heartbeat', () => {
  it('[FR3] a ping is answered with its id', async () => {
    const platform = await start()
    const socket = await platform.connect(await platform.signIn('Ada'))
    socket.send({ type: 'ping', id: 'x1' })
    expect(await socket.next('pong')).toEqual({ type: 'pong', id: 'x1' })
  })

  it('[L17] a peer that says nothing is gone after 75 s; one that pings stays', async () => {
    const { platform, clock } = await startVirtual()
    const [silent, talking] = [await platform.connect(await platform.signIn('Ada')), await platform.connect(await platform.signIn('Bob'))]
    await clock.advance(50_000)
    await talking.roundTrip('one')
    await clock.advance(24_000)
    expect(silent.isOpen).toBe(true)
    await clock.advance(1_500)
    expect((await silent.closed).code).toBe(3008)
    await talking.roundTrip('two')
  })

  it('[L17] a protocol pong does not count: a frozen page answers those', async () => {
    const { platform, clock } = await startVirtual()
    const socket = await platform.connect(await platform.signIn('Ada'))
    await clock.advance(50_000)
    socket.socket.pong()
    socket.socket.ping()
    await clock.advance(26_000)
    // [L18] Not 1008, which clients read as a logout.
    expect((await socket.closed).code).toBe(3008)
  })
})

describe('drain', () => {
  it('[SE4] says goaway, refuses messages, closes with 1012, and lets the run end', async () => {
    const agents = createScriptedAgent()
    const platform = await start({ gateway: { agents } })
    const socket = await platform.connect(await platform.signIn('Ada'))
    socket.send({ type: 'message', id: 'message-1', conversation: 'talk-0001', agent: GUIDE, text: 'hi' })
    const run = await agents.started('message-1')
    const drained = platform.gateway.drain({ withinMs: 5_000, spread: false })
    await socket.next('goaway')
    expect(await socket.closed).toEqual({ code: 1012, reason: 'restart' })
    run.write('to the end')
    run.finish()
    await drained
    const snapshot = await platform.stores.log.snapshot({ userId: 'user-ada', conversation: 'talk-0001' })
    expect(snapshot?.messages[1]).toMatchObject({ status: 'finished', text: 'to the end' })
  })

  it('[SE4] [RS5] a run that does not end in time is interrupted, with one end', async () => {
    const agents = createScriptedAgent()
    const platform = await start({ gateway: { agents } })
    const socket = await platform.connect(await platform.signIn('Ada'))
    socket.send({ type: 'message', id: 'message-1', conversation: 'talk-0001', agent: GUIDE, text: 'hi' })
    const run = await agents.started('message-1')
    run.write('half')
    await platform.gateway.drain({ withinMs: 50, spread: false })
    expect(run.signal.aborted).toBe(true)
    const snapshot = await platform.stores.log.snapshot({ userId: 'user-ada', conversation: 'talk-0001' })
    expect(snapshot?.messages[1]).toMatchObject({ status: 'failed', error: { code: 'interrupted' } })
  })

  it('[SE4] spreads the closes over sockets / (0.2 R)', async () => {
    const { platform, clock } = await startVirtual({ gateway: { admissionPerSecond: 10 } })
    const sockets = []
    for (let count = 0; count < 8; count += 1) sockets.push(await platform.connect(await platform.signIn(`User${count}`)))
    const drained = platform.gateway.drain({ withinMs: 60_000, spread: true })
    let closed = 0
    for (const socket of sockets) void socket.closed.then(() => (closed += 1))
    await clock.advance(1_999)
    await expect.poll(() => closed).toBe(4)
    await clock.advance(2_001)
    await drained
  })

  it('dispose is idempotent and leaves no socket', async () => {
    const platform = await start()
    const socket = await platform.connect(await platform.signIn('Ada'))
    await platform.gateway.dispose()
    await platform.gateway.dispose()
    await socket.closed
    expect(platform.gateway.stats()).toEqual({ sockets: 0, served: 0, runs: 0 })
    expect(createServer().listenerCount('upgrade')).toBe(0)
  })
})

describe('a store that is away', () => {
  it('[AU3] never reads as a logout: 1011 at the handshake, nack and error afterwards', async () => {
    const sessions = createMemorySessionStore()
    let isAway = false
    const platform = await start({
      gateway: {
        sessions: {
          ...sessions,
          async byId(id) {
            if (isAway) throw new GatewayError('unavailable')
            return sessions.byId(id)
          },
        },
      },
    })
    const session = await platform.signIn('Ada')
    const socket = await platform.connect(session)
    const ticket = await platform.ticketFor(session)
    isAway = true
    socket.send({ type: 'message', id: 'message-1', conversation: 'talk-0001', agent: GUIDE, text: 'hi' }, { type: 'subscribe', conversation: '@user' })
    expect(await socket.next('nack')).toMatchObject({ id: 'message-1', code: 'unavailable', retryAfterMs: 1_000 })
    expect(await socket.next('error')).toMatchObject({ code: 'unavailable', re: { type: 'subscribe', conversation: '@user' } })
    expect((await (await platform.open(await Promise.resolve(session), { ticket })).closed).code).toBe(1011)
    isAway = false
    socket.send({ type: 'message', id: 'message-1', conversation: 'talk-0001', agent: GUIDE, text: 'hi' })
    await socket.next('ack')
  })
})
