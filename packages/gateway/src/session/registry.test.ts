import { describe, expect, it } from 'vitest'
import { Registry, type RegisteredConnection } from './registry.js'

interface Fake extends RegisteredConnection {
  closes: number[]
}
let made = 0
const connection = (address = '192.0.2.1'): Fake => {
  const closes: number[] = []
  return { id: `connection-${(made += 1)}`, address, closes, close: (code) => void closes.push(code) }
}
const session = (sessionId: string, fence = 1, userId = 'user-1'): { sessionId: string; userId: string; userName: string; fence: number } => ({
  sessionId,
  userId,
  userName: 'Ada',
  fence,
})

describe('the registry of a node', () => {
  it('[L14] counts sockets of an address up and down, and a second removal counts nothing', () => {
    const registry = new Registry<Fake>(() => 0)
    const all = Array.from({ length: 5 }, () => connection())
    for (const one of all) registry.add(one)
    expect(registry.socketsOf('192.0.2.1')).toBe(5)
    all.forEach((one, index) => {
      registry.remove(one)
      registry.remove(one)
      expect(registry.socketsOf('192.0.2.1')).toBe(4 - index)
    })
    expect(registry.size).toBe(0)
  })

  it('[CN8] the newer connection closes the older one, whose end then frees nothing', () => {
    const registry = new Registry<Fake>(() => 0)
    const [older, newer] = [connection(), connection()]
    registry.serve(older, session('session-1', 1))
    registry.serve(newer, session('session-1', 2))
    expect(older.closes).toEqual([4409])
    registry.unserve(older, 'session-1')
    expect(registry.servedOf('session-1')).toBe(newer)
    expect(registry.isOutrun('session-1', 1)).toBe(true)
    expect(registry.isOutrun('session-1', 2)).toBe(false)
  })

  it('[CN8] yields to a higher fence elsewhere, and to no lower one', () => {
    const registry = new Registry<Fake>(() => 0)
    const own = connection()
    registry.serve(own, session('session-1', 5))
    registry.yieldTo('session-1', 5)
    registry.yieldTo('session-1', 4)
    registry.yieldTo('session-9', 99)
    expect(own.closes).toEqual([])
    registry.yieldTo('session-1', 6)
    expect(own.closes).toEqual([4409])
  })

  it('[CN8] counts a user’s other sessions', () => {
    const registry = new Registry<Fake>(() => 0)
    const [one, two] = [connection(), connection()]
    registry.serve(one, session('session-1'))
    registry.serve(two, session('session-2'))
    expect(registry.otherSessions('user-1', 'session-1')).toBe(1)
    expect(registry.otherSessions('user-1', 'session-3')).toBe(2)
    registry.unserve(two, 'session-2')
    registry.unserve(one, 'session-1')
    expect(registry.otherSessions('user-1', 'session-3')).toBe(0)
    expect(registry.nameOf('user-1')).toBe('')
  })

  it('[S6] remembers for a minute that a session ended', () => {
    let now = 1_000_000
    const registry = new Registry<Fake>(() => now)
    registry.noteEnded('session-1')
    now += 59_000
    expect(registry.hasEnded('session-1')).toBe(true)
    now += 2_000
    registry.noteEnded('session-2')
    expect(registry.hasEnded('session-1')).toBe(false)
  })
})
