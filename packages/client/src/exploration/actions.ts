import { DEFAULT_HEARTBEAT_MS, DEFAULT_LIMITS, type PlatformFrame, type ReadyFrame } from '@symphainy/protocol'
import type { ConnectionEvent } from '../connection/connectionState.js'
import type { PageEvent } from '../environment/environment.js'
import { SymphainyError } from '../errors/symphainyError.js'
import { UNREACHABLE, responseFor, type Stage } from './world.js'

/** Something that may happen. Says whether it could happen at all. */
export interface Action {
  name: string
  /** It belongs to a platform, a network and a person who do their part: with these alone a good state is reached. */
  isBenign: boolean
  run(stage: Stage): boolean
}

/** One code of each reaction in the table. */
const CLOSES: readonly (readonly [number, string])[] = [
  [1006, ''],
  [1013, ''],
  [1009, ''],
  [3000, 'revoked'],
  [3000, 'ticket_invalid'],
  [1008, ''],
  [4409, ''],
  [4400, ''],
]

function readyFor(session: string): ReadyFrame {
  const { user } = responseFor(session)
  return {
    type: 'ready',
    connection: 'c',
    fence: 1,
    session: { id: session, user, expiresInMs: 60_000 },
    heartbeatMs: DEFAULT_HEARTBEAT_MS,
    reconnectWindowMs: 1_000,
    limits: DEFAULT_LIMITS,
  }
}

function action(name: string, isBenign: boolean, run: (stage: Stage) => boolean | void): Action {
  return { name, isBenign, run: (stage) => run(stage) ?? true }
}

function command(type: 'connect' | 'disconnect' | 'reconnect', isBenign: boolean): Action {
  return action(type, isBenign, (stage) => stage.sendConnection({ type }))
}

function page(event: PageEvent, isBenign: boolean, change: (stage: Stage) => boolean): Action {
  return action(event, isBenign, (stage) => {
    if (!change(stage)) return false
    if (!stage.world.auth.running) return false
    if (event !== 'hidden' && event !== 'offline') {
      stage.sendAuth({ type: 'stored' })
      stage.sendAuth({ type: 'woke' })
    }
    stage.sendConnection({ type: 'page', event })
    return true
  })
}

/** An event of the socket that is there. */
function onSocket(name: string, isBenign: boolean, isOpen: boolean | null, event: (id: number, stage: Stage) => ConnectionEvent | null): Action {
  return action(name, isBenign, (stage) => {
    const [socket] = stage.world.sockets
    if (socket === undefined || (isOpen !== null && socket.isOpen !== isOpen)) return false
    const happened = event(socket.id, stage)
    if (happened === null) return false
    stage.sendConnection(happened)
    return true
  })
}

const REFUSALS = {
  inUse: new SymphainyError('in_use', { status: 409 }),
  busy: new SymphainyError('unavailable', { status: 503, retryAfterMs: 2_000 }),
  lost: new SymphainyError('network'),
}

const FRAMES: Readonly<Record<string, PlatformFrame>> = {
  pong: { type: 'pong', id: 'x' },
  expiring: { type: 'expiring', inMs: 10_000 },
  goaway: { type: 'goaway', reason: 'restart', retryAfterMs: 5_000 },
}

export const ACTIONS: readonly Action[] = [
  // The person, and what the page does for them.
  action('start', true, (stage) => {
    if (stage.world.auth.running) return false
    stage.sendAuth({ type: 'started' })
    stage.followAuth()
    return true
  }),
  action('stop', false, (stage) => {
    if (!stage.world.auth.running) return false
    stage.sendAuth({ type: 'stopped' })
    stage.sendConnection({ type: 'auth', session: null, anonymous: false })
    return true
  }),
  action('mount', true, (stage) => {
    if (stage.world.connection.consumers > 0) return false
    stage.sendConnection({ type: 'retain' })
    return true
  }),
  action('unmount', false, (stage) => {
    if (stage.world.connection.consumers === 0) return false
    stage.sendConnection({ type: 'release' })
    return true
  }),
  command('connect', true),
  command('disconnect', false),
  command('reconnect', false),
  action('login', false, (stage) => {
    if (!stage.world.auth.running) return false
    const session = stage.nextSession()
    stage.established(session)
    stage.sendAuth({ type: 'signedIn', response: responseFor(session), token: null })
    return true
  }),
  action('logout', false, (stage) => {
    if (!stage.world.auth.running || stage.world.auth.view.state !== 'authenticated') return false
    stage.world.alive = []
    stage.world.cookie = null
    stage.sendAuth({ type: 'ended', reason: 'signed_out' })
    return true
  }),
  action('validateToken', false, (stage) => {
    if (!stage.world.auth.running) return false
    stage.sendAuth({ type: 'ask' })
    return true
  }),
  // Another tab.
  action('login elsewhere', false, (stage) => {
    const session = stage.nextSession()
    stage.established(session)
    stage.writtenElsewhere(session, responseFor(session).user)
    stage.sendAuth({ type: 'stored' })
  }),
  action('logout elsewhere', false, (stage) => {
    const { cookie } = stage.world
    if (cookie === null) return false
    stage.world.alive = []
    stage.world.cookie = null
    stage.writtenElsewhere(cookie, null, 'signed_out')
    stage.sendAuth({ type: 'stored' })
    return true
  }),
  // The page and the network.
  page('hidden', false, ({ world }) => world.visible && !(world.visible = false)),
  page('visible', true, ({ world }) => !world.visible && (world.visible = true)),
  page('offline', false, ({ world }) => !world.offline && (world.offline = true)),
  page('online', true, ({ world }) => world.offline && !(world.offline = false)),
  page('pagehide', false, () => true),
  page('pageshow', true, () => true),
  action('auth timer', true, (stage) => {
    const { timerAt } = stage.world.auth
    if (timerAt === null) return false
    stage.world.now = Math.max(stage.world.now, timerAt)
    stage.sendAuth({ type: 'timer' })
    return true
  }),
  action('connection timer', true, (stage) => {
    const { timerAt } = stage.world.connection
    if (timerAt === null) return false
    stage.world.now = Math.max(stage.world.now, timerAt)
    stage.sendConnection({ type: 'timer' })
    return true
  }),
  action('connection timer after a sleep', false, (stage) => {
    const { timerAt } = stage.world.connection
    if (timerAt === null) return false
    stage.world.now = Math.max(stage.world.now, timerAt) + 3_600_000
    stage.sendConnection({ type: 'timer' })
    return true
  }),
  // The platform.
  action('the session dies', false, ({ world }) => {
    if (world.alive.length === 0) return false
    world.alive = []
    return true
  }),
  action('validation answered', true, (stage) => {
    const call = stage.world.validation
    if (call === null) return false
    stage.world.validation = null
    const { credential } = call
    const holds = credential !== null && stage.world.alive.includes(credential)
    stage.sendAuth({
      type: 'answered',
      request: call.id,
      answer: holds ? { status: 'valid', response: responseFor(credential), token: null } : { status: 'invalid', reason: 'invalid' },
    })
    return true
  }),
  action('validation lost', false, (stage) => {
    const call = stage.world.validation
    if (call === null) return false
    stage.world.validation = null
    stage.sendAuth({ type: 'answered', request: call.id, answer: UNREACHABLE })
    return true
  }),
  ...(['given', 'inUse', 'busy', 'lost'] as const).map((kind) =>
    action(`ticket ${kind}`, kind === 'given', (stage) => {
      const call = stage.world.ticketCall
      if (call === null || call.refused) return false
      stage.world.ticketCall = null
      const holds = stage.world.alive.includes(call.credential ?? '')
      if (kind === 'given' && !holds) {
        // 401: the caller hears of it after the one validation that it starts.
        stage.world.ticketCall = { ...call, refused: true }
        stage.sendAuth({ type: 'ask', because: 'expired' })
        return true
      }
      if (kind === 'given') stage.sendConnection({ type: 'ticket', id: call.id, ticket: 'ticket' })
      else stage.sendConnection({ type: 'ticketRefused', id: call.id, error: REFUSALS[kind] })
      return true
    }),
  ),
  // Answers and events of any earlier attempt may come at any time, and are nobody's.
  ...(['ticket', 'opened', 'closed'] as const).map((type) =>
    action(`late ${type}`, false, (stage) => {
      const id = stage.world.connection.id - 1
      if (id < 1) return false
      stage.sendConnection(type === 'ticket' ? { type, id, ticket: 'late' } : type === 'opened' ? { type, id } : { type, id, code: 1006, reason: '' })
      return true
    }),
  ),
  action('late validation', false, (stage) => {
    const { asking, serial, known } = stage.world.auth
    const request = asking === null ? serial : serial - 1
    if (request < 1 || !stage.world.auth.running) return false
    stage.sendAuth({
      type: 'answered',
      request,
      answer: { status: 'valid', response: responseFor(known?.ended === 'rejected' ? known.sessionId : 'S1'), token: null },
    })
    return true
  }),
  onSocket('open', true, false, (id, stage) => {
    stage.world.sockets = stage.world.sockets.map((socket) => (socket.id === id ? { ...socket, isOpen: true } : socket))
    return { type: 'opened', id }
  }),
  onSocket('ready', true, true, (id, { world }) =>
    world.cookie === null || !world.alive.includes(world.cookie) ? null : { type: 'frame', id, frame: readyFor(world.cookie) },
  ),
  ...Object.entries(FRAMES).map(([name, frame]) => onSocket(name, name === 'pong', true, (id) => ({ type: 'frame', id, frame }))),
  action('refresh answered', true, (stage) => {
    const id = stage.world.refreshCall
    if (id === null) return false
    stage.world.refreshCall = null
    stage.sendConnection({ type: 'ticket', id, ticket: 'ticket' })
    return true
  }),
  action('refresh lost', false, (stage) => {
    const id = stage.world.refreshCall
    if (id === null) return false
    stage.world.refreshCall = null
    stage.sendConnection({ type: 'ticketRefused', id, error: REFUSALS.lost })
    return true
  }),
  ...CLOSES.map(([code, reason]) => onSocket(`close ${code} ${reason}`.trim(), false, null, (id) => ({ type: 'closed', id, code, reason }))),
]

/** Whether a person can use it, or knows that they must sign in. */
export function isGood({ world }: Stage): boolean {
  const { auth, connection } = world
  return (
    auth.running &&
    (auth.view.state === 'anonymous' || (auth.view.state === 'authenticated' && connection.phase === 'ready' && connection.id === world.sockets[0]?.id))
  )
}
