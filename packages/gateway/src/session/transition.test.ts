import fc from 'fast-check'
import { DEFAULT_HEARTBEAT_MS, DEFAULT_LIMITS, PEER_SILENCE_MS } from '@symphainy/protocol'
import { describe, expect, it } from 'vitest'
import type { SessionRecord } from '../ports/sessionStore.js'
import type { Effect, Rules, SessionEvent, SessionState } from './states.js'
import { nextTick, transition } from './transition.js'

const NOW = 1_700_000_000_000
const rules: Rules = { limits: DEFAULT_LIMITS, heartbeatMs: DEFAULT_HEARTBEAT_MS, reconnectWindowMs: 1_000, silenceMs: PEER_SILENCE_MS }
const record: SessionRecord = {
  id: 'session-1',
  user: { id: 'user-1', name: 'Ada', email: 'ada@example.com' },
  createdAt: NOW,
  expiresAt: NOW + 3_600_000,
  absoluteExpiresAt: NOW + 3_600_000,
  lastSeenAt: NOW,
  userAgent: '',
  address: '',
}
const opening: SessionState = { phase: 'opening', connection: 'connection-1', openedAt: NOW }

function run(
  events: readonly SessionEvent[],
  from: SessionState = opening,
): { state: SessionState; effects: Effect[]; path: { state: SessionState; effects: Effect[] }[] } {
  let state = from
  const effects: Effect[] = []
  const path: { state: SessionState; effects: Effect[] }[] = []
  for (const event of events) {
    const step = transition(state, event, rules)
    state = step.state
    effects.push(...step.effects)
    path.push(step)
  }
  return { state, effects, path }
}
const admitted: SessionEvent = { type: 'admitted', record, fence: 1, now: NOW }
const served = run([admitted]).state

const frames = fc.oneof(
  fc.json(),
  fc.string(),
  fc
    .record(
      {
        type: fc.constantFrom<unknown>('subscribe', 'unsubscribe', 'message', 'cancel', 'refreshed', 'ping', 'ready', 7, null),
        id: fc.oneof(fc.constant('message-1'), fc.anything()),
        conversation: fc.oneof(fc.constant('talk-0001'), fc.constant('@user'), fc.anything()),
        agent: fc.oneof(fc.constant({ type: 'guide' }), fc.anything()),
        text: fc.oneof(fc.string(), fc.anything()),
        run: fc.oneof(fc.constant('message-1'), fc.anything()),
        ticket: fc.oneof(fc.string(), fc.anything()),
        after: fc.anything(),
        retryOf: fc.anything(),
      },
      { requiredKeys: [] },
    )
    .map((frame) => {
      try {
        return JSON.stringify(frame)
      } catch {
        return '{}'
      }
    }),
)
const at = fc.nat(200_000).map((after) => NOW + after)
const anyEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('text' as const), text: frames, now: at }) },
  fc.record({ type: fc.constant('tick' as const), now: at }),
  fc.record({ type: fc.constant('binary' as const), now: at }),
  fc.constant<SessionEvent>(admitted),
  fc.constant<SessionEvent>({ type: 'workDone' }),
  fc.constant<SessionEvent>({ type: 'goaway', retryAfterMs: 5 }),
  fc.constant<SessionEvent>({ type: 'gone' }),
  fc.record({ type: fc.constant('created' as const), conversation: fc.constantFrom('talk-0001', 'talk-0002'), epoch: fc.constant('e') }),
  fc.record({ type: fc.constant('close' as const), code: fc.constantFrom(3000, 4409, 1012), reason: fc.constant('revoked'), now: at }),
  fc.record({
    type: fc.constant('sessionRead' as const),
    reading: fc.constantFrom(
      { status: 'lives' as const, expiresAt: NOW + 9_000_000 },
      { status: 'unavailable' as const },
      { status: 'ended' as const, reason: 'revoked' as const },
    ),
    now: at,
  }),
)

describe('the machine of a connection', () => {
  it('[FR1] [FR4] answers hostile JSON of every kind without throwing, and with error or nack', () => {
    fc.assert(
      fc.property(frames, (text) => {
        const { state, effects } = transition(served, { type: 'text', text, now: NOW }, rules)
        expect(['served', 'closing']).toContain(state.phase)
        // A bare array of no frames says nothing; everything else is answered or worked on.
        if (text.trim() !== '[]' && !/^\[\s*\]$/.test(text.trim())) expect(effects.length).toBeGreaterThan(0)
      }),
      { numRuns: 2_000 },
    )
  })

  it('[S6] [CN6] in any order of events: nothing but the close after it began, ready first and once, one release', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        const { path } = run(events)
        let readies = 0
        let isServed = false
        let closes = 0
        let releases = 0
        let before: SessionState = opening
        for (const { state, effects } of path) {
          for (const effect of effects) {
            if (before.phase === 'closing' || before.phase === 'gone') expect(['terminate', 'release']).toContain(effect.type)
            if (effect.type === 'send') {
              if (effect.frame.type === 'ready') readies += 1
              else expect(isServed).toBe(true)
              isServed = true
            }
            if (effect.type === 'close') closes += 1
            if (effect.type === 'release') releases += 1
          }
          if (state.phase === 'served') {
            expect(state.subscriptions.size).toBeLessThanOrEqual(rules.limits.subscriptions)
            expect(state.queued).toBeLessThanOrEqual(512)
            expect(nextTick(state, rules)).not.toBeNull()
          }
          before = state
        }
        expect(readies).toBeLessThanOrEqual(1)
        expect(closes).toBeLessThanOrEqual(1)
        expect(releases).toBeLessThanOrEqual(1)
      }),
      { numRuns: 1_000 },
    )
  })

  it('[FR2] so many messages a second in the long run, whatever the rhythm', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2_000), { maxLength: 100 }), (gaps) => {
        let now = NOW
        let state: SessionState = served
        let taken = 0
        for (const [index, gap] of gaps.entries()) {
          now += gap
          const step = transition(
            state,
            {
              type: 'text',
              text: JSON.stringify({ type: 'message', id: `message-${index}`, conversation: 'talk-0001', agent: { type: 'guide' }, text: 'x' }),
              now,
            },
            rules,
          )
          state = step.state
          taken += step.effects.filter(({ type }) => type === 'work').length
          expect(taken).toBeLessThanOrEqual(rules.limits.messageBurst + ((now - NOW) / 1_000) * rules.limits.messagesPerSecond + 1e-6)
        }
      }),
    )
  })

  it('[FR4] a ticket that is not decided within 5 s closes the socket', () => {
    expect(nextTick(opening, rules)).toBe(NOW + 5_000)
    expect(run([{ type: 'tick', now: NOW + 5_000 }]).effects).toContainEqual({ type: 'close', code: 1011, reason: 'unavailable' })
  })

  it('[SE2] told to go, a peer is cut off a second later', () => {
    const { state } = run([admitted, { type: 'close', code: 3000, reason: 'revoked', now: NOW + 5 }])
    expect(nextTick(state, rules)).toBe(NOW + 1_005)
    expect(transition(state, { type: 'tick', now: NOW + 1_004 }, rules).effects).toEqual([])
    expect(transition(state, { type: 'tick', now: NOW + 1_005 }, rules).effects).toEqual([{ type: 'terminate' }])
  })

  it('[RS11] more frames than a connection may queue are refused, and the machine stays', () => {
    const many = JSON.stringify(Array.from({ length: 600 }, () => ({ type: 'cancel', run: 'message-1' })))
    const { state, effects } = transition(served, { type: 'text', text: many, now: NOW }, rules)
    expect(state.phase).toBe('served')
    expect(effects.filter(({ type }) => type === 'work')).toHaveLength(512)
    expect(effects.filter((effect) => effect.type === 'send' && effect.frame.type === 'error' && effect.frame.code === 'rate_limited')).toHaveLength(88)
  })
})
