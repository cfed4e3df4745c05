import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultEnvironment } from '../environment.js'
import { GatewayError } from '../gatewayError.js'
import { createMemoryEventLog } from '../memory/eventLog.js'
import type { EventLog } from '../ports/eventLog.js'
import { newReader, type Reader } from './reader.js'
import { Tails } from './tails.js'

const key = { userId: 'user-1', conversation: 'talk-0001' }
const RUN = 'message-1'
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

interface Sink {
  reader: Reader
  offsets: number[]
  lives: number
  outlet: { congested: boolean; send(encoded: string): void }
}

function sink(after: Reader['position']): Sink {
  const made = { offsets: [] as number[], lives: 0 } as Sink
  made.outlet = {
    congested: false,
    send(encoded) {
      const frame = JSON.parse(encoded) as { type: string; offset: number }
      if (frame.type === 'live') made.lives += 1
      // A snapshot is everything up to its offset.
      else if (frame.type === 'snapshot') made.offsets = Array.from({ length: frame.offset }, (_, index) => index + 1)
      else made.offsets.push(frame.offset)
    },
  }
  made.reader = newReader(made.outlet, after, () => undefined)
  return made
}

/** A log whose answers take as many turns of the loop as `delays` says, one after the other. */
function slowLog(delays: readonly number[], failures: readonly boolean[] = []): { log: EventLog; truth: EventLog } {
  const truth = createMemoryEventLog()
  let calls = 0
  return {
    truth,
    log: {
      ...truth,
      async read(...asked) {
        const call = calls++
        const early = (delays[call % delays.length] ?? 0) % 2 === 0
        const answer = early ? truth.read(...asked) : undefined
        for (let index = delays[call % delays.length] ?? 0; index > 0; index -= 1) await turn()
        if (failures[call] === true) throw new GatewayError('unavailable')
        return answer ?? truth.read(...asked)
      },
    },
  }
}

async function begin(truth: EventLog): Promise<string> {
  const submitted = await truth.submit({ key, id: RUN, text: 'hi', agent: { type: 'guide' }, now: 1, answeredBy: { kind: 'search', label: 'x' } })
  return submitted.status === 'appended' ? submitted.position.epoch : ''
}

describe('the tail of a log', () => {
  it('[RS1] [S4] whatever the order of appends, hints, joins, full sockets and slow reads: each reader gets every offset once, in order', async () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('append', 'appendElsewhere') }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('join'), after: fc.option(fc.nat(6), { nil: undefined }) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('turn', 'clog', 'drain', 'leave'), which: fc.nat(5) }) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.array(fc.nat(4), { minLength: 1, maxLength: 10 }), async (steps, delays) => {
        const { log, truth } = slowLog(delays)
        const epoch = await begin(truth)
        const tails = new Tails({ log, environment: defaultEnvironment(), logger: { info: () => undefined, warn: () => undefined, error: () => undefined } })
        const sinks: (Sink & { from: number; left: boolean })[] = []
        let head = 2
        const append = async (isHere: boolean): Promise<void> => {
          const { entries } = await truth.appendRunEvents({ key, run: RUN, events: [{ type: 'CUSTOM', name: 'x', value: 1 } as never], now: 2 })
          head += 1
          if (isHere) tails.offer(key, entries)
          else tails.poke(key)
        }
        for (const item of steps) {
          const chosen = 'which' in item ? sinks[item.which] : undefined
          if (item.do === 'append' || item.do === 'appendElsewhere') await append(item.do === 'append')
          else if (item.do === 'join' && 'after' in item) {
            const from = item.after === undefined ? 0 : Math.min(item.after, head)
            const made = sink(item.after === undefined ? undefined : { epoch, offset: from })
            sinks.push(Object.assign(made, { from, left: false }))
            void tails.join(key, made.reader)
          } else if (item.do === 'clog' && chosen !== undefined) chosen.outlet.congested = true
          else if (item.do === 'drain' && chosen !== undefined) {
            chosen.outlet.congested = false
            tails.open(key).resume(chosen.reader)
          } else if (item.do === 'leave' && chosen !== undefined) {
            chosen.left = true
            tails.open(key).leave(chosen.reader)
          } else await turn()
        }
        for (const one of sinks) {
          one.outlet.congested = false
          if (!one.left) tails.open(key).resume(one.reader)
        }
        for (let count = 0; count < 60; count += 1) await turn()
        for (const { from, left, offsets, lives } of sinks) {
          const got = offsets[0] === 1 ? offsets : [...Array.from({ length: from }, (_, index) => index + 1), ...offsets]
          expect(got).toEqual(Array.from({ length: left ? got.length : head }, (_, index) => index + 1))
          if (!left) expect(lives).toBe(1)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('[RS10] a store that is away for a moment costs delay and nothing else', async () => {
    const { log, truth } = slowLog([1], [false, true, true])
    const epoch = await begin(truth)
    const tails = new Tails({
      log,
      environment: { ...defaultEnvironment(), setTimer: (callback) => (setImmediate(callback), { cancel: () => undefined }) },
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    })
    const one = sink({ epoch, offset: 0 })
    await tails.join(key, one.reader)
    await truth.appendRunEvents({ key, run: RUN, events: [{ type: 'CUSTOM', name: 'x', value: 1 } as never], now: 2 })
    tails.poke(key)
    for (let count = 0; count < 30; count += 1) await turn()
    expect(one.offsets).toEqual([1, 2, 3])
  })

  it('[RS7] a reader of a log that does not exist has left, and the tail with it', async () => {
    const { log } = slowLog([0])
    const tails = new Tails({ log, environment: defaultEnvironment(), logger: { info: () => undefined, warn: () => undefined, error: () => undefined } })
    const one = sink(undefined)
    expect((await tails.join(key, one.reader)).exists).toBe(false)
    expect(one.reader.mode).toBe('left')
    expect(one.lives).toBe(0)
  })
})
