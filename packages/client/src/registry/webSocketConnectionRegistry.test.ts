import { describe, expect, it } from 'vitest'
import { VirtualClock, VirtualSocket } from '../testing.js'
import { WebSocketConnectionRegistry } from './webSocketConnectionRegistry.js'

function setUp(): { clock: VirtualClock; registry: WebSocketConnectionRegistry; socket: () => VirtualSocket } {
  const clock = new VirtualClock()
  return { clock, registry: new WebSocketConnectionRegistry(clock), socket: () => new VirtualSocket('wss://x', [], () => {}) }
}

describe('WebSocketConnectionRegistry', () => {
  it('[CN4] [L6] a connecting socket counts as the connection', () => {
    const { registry, socket } = setUp()
    const connecting = socket()
    registry.registerConnection('token', connecting)
    expect(connecting.readyState).toBe(0)
    expect(registry.hasActiveConnection('token')).toBe(true)
    expect(registry.getConnection('token')).toBe(connecting)
    expect(connecting.closedByClient).toBeNull()
    expect(registry.getStats()).toMatchObject({ opened: 1, reused: 1 })
  })

  it('[CN4] the same socket again does nothing', () => {
    const { registry, socket } = setUp()
    const one = socket()
    registry.registerConnection('token', one)
    registry.registerConnection('token', one)
    expect(one.isLive).toBe(true)
    expect(registry.getStats()).toEqual({ opened: 1, reused: 0, replaced: 0, staleRemoved: 0, duplicatesPrevented: 1 })
  })

  it('[CN4] another socket closes the one it replaces, and no other session’s', () => {
    const { registry, socket } = setUp()
    const [one, two, other] = [socket(), socket(), socket()]
    registry.registerConnection('token', one)
    registry.registerConnection('other', other)
    registry.registerConnection('token', two)
    expect(one.closedByClient).toEqual({ code: 1000 })
    expect([two.isLive, other.isLive]).toEqual([true, true])
    expect(registry.getConnection('token')).toBe(two)
    expect(registry.getStats()).toMatchObject({ opened: 3, replaced: 1 })
  })

  it('removes only what it is asked to', () => {
    const { registry, socket } = setUp()
    const [one, two] = [socket(), socket()]
    registry.registerConnection('token', two)
    expect(registry.removeConnection('token', one)).toBe(false)
    expect(registry.removeConnection('token', two)).toBe(true)
    expect(registry.removeConnection('token')).toBe(false)
    expect(registry.hasActiveConnection('token')).toBe(false)
    expect(two.isLive).toBe(true)
  })

  it('a closed socket is no connection', () => {
    const { registry, socket } = setUp()
    const one = socket()
    registry.registerConnection('token', one)
    one.drop(1006)
    expect(registry.hasActiveConnection('token')).toBe(false)
    expect(registry.getConnection('token')).toBeNull()
  })

  it('keeps when it was connected, when traffic last went, and after how many attempts', async () => {
    const { clock, registry, socket } = setUp()
    await clock.advance(10)
    registry.registerConnection('token', socket(), 3)
    await clock.advance(50)
    registry.recordActivity('token')
    expect(registry.getMetadata('token')).toEqual({ connectedAt: 10, lastActivity: 60, reconnectAttempts: 3 })
    expect(registry.getMetadata('unknown')).toBeNull()
  })

  it('cleans up by itself every minute: closes what has been silent for too long, keeps what has traffic', async () => {
    const { clock, registry, socket } = setUp()
    const [silent, busy, closed] = [socket(), socket(), socket()]
    registry.registerConnection('silent', silent)
    registry.registerConnection('busy', busy)
    registry.registerConnection('closed', closed)
    closed.drop(1006)
    await clock.advance(60_000)
    expect(registry.getStats().staleRemoved).toBe(1)
    registry.recordActivity('busy')
    await clock.advance(60_000)
    expect(silent.closedByClient).toEqual({ code: 1000 })
    expect(busy.isLive).toBe(true)
    expect(registry.getStats().staleRemoved).toBe(2)
    registry.dispose()
    expect(clock.pendingTimers).toBe(0)
  })

  it('cleanupStale(maxAge) goes by the age that it is given', async () => {
    const { clock, registry, socket } = setUp()
    registry.registerConnection('token', socket())
    await clock.advance(101)
    expect(registry.cleanupStale(101)).toBe(0)
    expect(registry.cleanupStale(100)).toBe(1)
  })

  it('a rotated token is another key of the same connection', () => {
    const { registry, socket } = setUp()
    const one = socket()
    registry.registerConnection('old', one)
    registry.moveConnection('old', 'new')
    expect([registry.getConnection('old'), registry.getConnection('new')]).toEqual([null, one])
    expect(one.isLive).toBe(true)
  })
})
