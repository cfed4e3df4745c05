import assert from 'node:assert/strict'
import type { Bus, Hint } from '@symphainy/gateway'
import { contract, type ContractCase } from './contract.js'

/** Ends of one bus: what one publishes the other hears. For a bus of one process both are the same object. */
export interface BusEnds {
  here: Bus
  there: Bus
}

const HINTS: readonly Hint[] = [
  { type: 'appended', userId: 'user-1', conversation: 'conversation-1' },
  { type: 'sessionsEnded', ids: ['session-1', 'session-2'] },
  { type: 'served', sessionId: 'session-1', fence: 7 },
  { type: 'cancel', userId: 'user-1', run: 'run-00001' },
]

/** Resolves when a hint that `isWanted` arrives; the test's own time limit ends the waiting. */
function heard(bus: Bus, isWanted: (hint: Hint) => boolean): Promise<Hint> {
  return new Promise((resolve) => {
    const stop = bus.subscribe((hint) => {
      if (!isWanted(hint)) return
      stop()
      resolve(hint)
    })
  })
}

/** What every Bus must do. */
export const busContract: readonly ContractCase<BusEnds>[] = contract<BusEnds>({
  '[RS10] carries every kind of hint, unchanged, to the other end': async ({ here, there }) => {
    for (const hint of HINTS) {
      const arrives = heard(there, ({ type }) => type === hint.type)
      await here.publish(hint)
      assert.deepEqual(await arrives, hint)
    }
  },
  '[RS10] carries a hint to the end that published it': async ({ here }) => {
    const arrives = heard(here, () => true)
    await here.publish(HINTS[0] as Hint)
    assert.deepEqual(await arrives, HINTS[0])
  },
  '[RS10] carries a hint to every listener': async ({ here, there }) => {
    const all = Promise.all([heard(here, () => true), heard(there, () => true), heard(there, () => true)])
    await here.publish(HINTS[1] as Hint)
    assert.equal((await all).length, 3)
  },
  '[RS10] publishing without listeners is no error': async ({ here }) => {
    await here.publish(HINTS[0] as Hint)
  },
  '[RS10] a listener that left hears nothing, and its leaving twice changes nothing': async ({ here, there }) => {
    let calls = 0
    const stop = there.subscribe(() => void (calls += 1))
    stop()
    stop()
    // A later hint that another listener heard tells that the earlier one went by.
    const arrives = heard(there, ({ type }) => type === 'served')
    await here.publish(HINTS[0] as Hint)
    await here.publish(HINTS[2] as Hint)
    await arrives
    assert.equal(calls, 0)
  },
})
