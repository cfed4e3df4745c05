import { describe, expect, it } from 'vitest'
import type { AuthEvent, AuthMoment, AuthState, AuthStep } from '../auth/authState.js'
import { authTransition } from '../auth/authTransition.js'
import type { ConnectionEvent, ConnectionModel, ConnectionMoment, ConnectionStep } from '../connection/connectionState.js'
import { connectionTransition } from '../connection/connectionTransition.js'
import { ACTIONS } from './actions.js'
import { explore } from './explore.js'
import type { Cores } from './world.js'

const REAL: Cores = { auth: authTransition, connection: connectionTransition }

/** The real machine, with its events or its answers bent. */
function bentAuth(bend: (state: AuthState, event: AuthEvent, moment: AuthMoment) => AuthStep): Cores {
  return { ...REAL, auth: bend }
}
function bentConnection(bend: (model: ConnectionModel, event: ConnectionEvent, moment: ConnectionMoment) => ConnectionStep): Cores {
  return { ...REAL, connection: bend }
}

/** Enough of the actions for a mutant to show itself, and few enough to explore in a moment. */
const FEW = ACTIONS.filter(({ name }) => !/elsewhere|stop|page|line|refresh|expiring|goaway|sleep|disconnect|unmount/.test(name))

/** A close for policy that the client takes for a loss: the platform rejected the session, whatever was made of it. */
const REJECTING = FEW.map((action) =>
  action.name !== 'close 1008'
    ? action
    : {
        ...action,
        run: (stage: Parameters<typeof action.run>[0]) => {
          const { cookie } = stage.world
          if (cookie === null || stage.world.sockets.length === 0) return false
          stage.world.rejected = [cookie]
          return action.run(stage)
        },
      },
)

describe('exhaustive exploration of auth session × connection × network × tab commands', () => {
  it('[S1] [S2] [S3] hold in every state, and from every state a good one can be reached', { timeout: 180_000 }, () => {
    const { states, transitions, violation, stuck } = explore(REAL)
    // oxlint-disable-next-line no-console -- the figures are what this test is for
    console.info(`explored ${states} states and ${transitions} transitions of auth × connection: S1, S2, S3 hold, a good state can be reached from each`)
    expect(violation).toBeNull()
    expect(stuck).toBeNull()
    expect(states).toBeGreaterThan(10_000)
  })
})

describe('the exploration catches a guard that is missing', () => {
  it('the few actions alone break nothing', { timeout: 60_000 }, () => {
    expect(explore(REAL, FEW)).toMatchObject({ violation: null, stuck: null })
  })

  it.each<[string, string, Cores]>([
    [
      'the connection does not hear that auth was lost',
      'S1',
      bentConnection((model, event, moment) =>
        event.type === 'auth' && event.session === null ? { state: model, effects: [] } : connectionTransition(model, event, moment),
      ),
    ],
    [
      'the socket is not closed when its state is left',
      'S2',
      bentConnection((model, event, moment) => {
        const { state: next, effects } = connectionTransition(model, event, moment)
        return { state: next, effects: effects.filter(({ type }) => type !== 'closeSocket') }
      }),
    ],
    [
      'a late ticket opens a socket',
      'S2',
      bentConnection((model, event, moment) =>
        event.type === 'ticket' && model.session !== null
          ? { state: { ...model, phase: 'opening', id: event.id }, effects: [{ type: 'openSocket', id: event.id, ticket: event.ticket }] }
          : connectionTransition(model, event, moment),
      ),
    ],
    [
      'a rejected session is asked about again',
      'S3',
      bentAuth((state, event, moment) => {
        const { view } = state
        return event.type === 'ask' && view.state === 'anonymous'
          ? authTransition({ ...state, view: { state: 'anonymous', reason: 'none' } }, event, moment)
          : authTransition(state, event, moment)
      }),
    ],
    [
      'a late validation is believed',
      'S3',
      bentAuth((state, event, moment) =>
        event.type === 'answered'
          ? authTransition({ ...state, known: null, asking: { request: event.request, because: null } }, event, {
              ...moment,
              stored: { ...moment.stored, hint: null },
            })
          : authTransition(state, event, moment),
      ),
    ],
    [
      'a rejection is not passed on',
      'S3',
      bentAuth((state, event, moment) =>
        event.type === 'ended' && event.reason === 'rejected' ? { state, effects: [] } : authTransition(state, event, moment),
      ),
    ],
    [
      'a rejection leaves no tombstone',
      'S3',
      bentAuth((state, event, moment) => {
        const step = authTransition(state, event, moment)
        return event.type === 'ended' && event.reason === 'rejected' ? { ...step, effects: step.effects.filter(({ type }) => type !== 'store') } : step
      }),
    ],
    [
      'a policy close is retried',
      'S3',
      bentConnection((model, event, moment) =>
        connectionTransition(model, event.type === 'closed' && event.code === 1008 ? { ...event, code: 1006 } : event, moment),
      ),
    ],
  ])('%s: %s', { timeout: 60_000 }, (name, rule, cores) => {
    const actions = name === 'a policy close is retried' ? REJECTING : name.includes('tombstone') ? ACTIONS : FEW
    expect(explore(cores, actions).violation?.rule).toMatch(new RegExp(`^${rule}`))
  })

  it.each<[string, Cores]>([
    [
      'a back-off without a timer',
      bentConnection((model, event, moment) => {
        const step = connectionTransition(model, event, moment)
        return step.state.phase === 'waiting' || step.state.phase === 'told' ? { ...step, state: { ...step.state, timerAt: null } } : step
      }),
    ],
    [
      'an answer to the validation after a close is not heard',
      bentConnection((model, event, moment) => (event.type === 'validated' ? { state: model, effects: [] } : connectionTransition(model, event, moment))),
    ],
    [
      'becoming visible does not wake it',
      bentConnection((model, event, moment) => (event.type === 'page' ? { state: model, effects: [] } : connectionTransition(model, event, moment))),
    ],
    [
      'an unreachable platform is not tried again',
      bentAuth((state, event, moment) => {
        const step = authTransition(state, event, moment)
        return event.type === 'woke'
          ? { state, effects: [] }
          : step.state.view.state === 'unreachable'
            ? { ...step, state: { ...step.state, timerAt: null } }
            : step
      }),
    ],
  ])('%s: stuck', { timeout: 60_000 }, (_name, cores) => {
    const awake = ACTIONS.filter((action) => FEW.includes(action) && !['connect', 'reconnect', 'pageshow', 'validateToken'].includes(action.name))
    expect(explore(cores, awake).stuck).not.toBeNull()
  })
})
