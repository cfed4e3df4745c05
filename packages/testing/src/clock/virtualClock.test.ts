import { describe, expect, it } from 'vitest'
import { createVirtualClock } from './virtualClock.js'

describe('the virtual clock', () => {
  it('runs timers at their own time, in order, those of one moment in the order in which they were set', async () => {
    const clock = createVirtualClock(0)
    const ran: string[] = []
    const set = (name: string, delayMs: number): void => void clock.setTimer(() => ran.push(`${name}@${clock.now()}`), delayMs)
    set('late', 20)
    set('first', 10)
    set('second', 10)
    await clock.advance(15)
    expect(ran).toEqual(['first@10', 'second@10'])
    expect(clock.now()).toBe(15)
    expect(clock.pending).toBe(1)
    await clock.advance(5)
    expect(ran).toEqual(['first@10', 'second@10', 'late@20'])
  })

  it('runs what a timer sets, and what a promise of it sets, within the same advance', async () => {
    const clock = createVirtualClock(0)
    const ran: number[] = []
    clock.setTimer(() => {
      void Promise.resolve().then(() => clock.setTimer(() => ran.push(clock.now()), 5))
    }, 10)
    await clock.advance(20)
    expect(ran).toEqual([15])
  })

  it('a cancelled timer never runs', async () => {
    const clock = createVirtualClock()
    let ran = false
    const timer = clock.setTimer(() => (ran = true), 1)
    timer.cancel()
    timer.cancel()
    await clock.advance(10)
    expect(ran).toBe(false)
  })
})
