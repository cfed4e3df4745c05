import { expect, it } from 'vitest'
import { VirtualClock } from '../testing.js'
import type { Timer } from './environment.js'
import { createMachine } from './machine.js'

/** Timers as browsers have them: what does not fit into 31 bits of milliseconds fires at once. */
class NarrowClock extends VirtualClock {
  set = 0

  override setTimer(callback: () => void, delayMs: number): Timer {
    this.set += 1
    return super.setTimer(callback, delayMs > 2 ** 31 - 1 ? 1 : delayMs)
  }
}

it('[AU5] a moment further away than a timer of a browser can be is waited for, without a timer a millisecond', async () => {
  const clock = new NarrowClock()
  const dueAt = 30 * 24 * 3_600_000
  const heard: number[] = []
  const { dispatch } = createMachine<{ timerAt: number | null }, { type: 'begin' }, never>(
    clock,
    { timerAt: null },
    (_, { type }) => {
      if (type === 'timer') heard.push(clock.now())
      return { state: { timerAt: type === 'timer' ? null : dueAt }, effects: [] }
    },
    () => {},
  )
  dispatch({ type: 'begin' })
  await clock.advance(10)
  expect(clock.set).toBe(1)
  await clock.advance(dueAt)
  expect(heard).toEqual([dueAt])
  expect(clock.set).toBe(2)
})
