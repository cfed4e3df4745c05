import type { SessionResponse } from '@symphainy/protocol'
import type { AnonymousReason } from '../auth/authApi.js'
import { INITIAL_AUTH, type AuthEvent, type AuthState, type SessionAnswer } from '../auth/authState.js'
import type { authTransition } from '../auth/authTransition.js'
import { sameKey, type HintKey, type SessionHint, type Stored } from '../auth/sessionHint.js'
import { INITIAL_CONNECTION, type ConnectionEvent, type ConnectionModel, type Life } from '../connection/connectionState.js'
import type { connectionTransition } from '../connection/connectionTransition.js'
import { SymphainyError } from '../errors/symphainyError.js'

/** The two pure cores; a mutant is another pair. */
export interface Cores {
  auth: typeof authTransition
  connection: typeof connectionTransition
}

/** A call that is under way: which answer belongs to it, and with which session's credential it was made. */
export interface Call {
  id: number
  credential: string | null
  /** A ticket call that was refused waits for the validation that its 401 started. */
  refused?: boolean
}

/** One tab, its browser and the platform, as far as the two machines can tell. */
export interface World {
  auth: AuthState
  connection: ConnectionModel
  hint: SessionHint | null
  /** The session whose cookie the browser holds. */
  cookie: string | null
  /** Sessions that the platform knows. */
  alive: readonly string[]
  /** Sessions that were rejected and not signed in to again. [S3] */
  rejected: readonly string[]
  validation: Call | null
  ticketCall: Call | null
  /** A validation that a close started: the connection hears of its end. */
  closeValidation: number | null
  refreshCall: number | null
  /** Sockets not let go of. [S2] */
  sockets: readonly { id: number; isOpen: boolean }[]
  visible: boolean
  offline: boolean
  now: number
  violation: string | null
}

export const FIRST_WORLD: World = {
  auth: INITIAL_AUTH,
  connection: INITIAL_CONNECTION,
  hint: null,
  cookie: null,
  alive: [],
  rejected: [],
  validation: null,
  ticketCall: null,
  closeValidation: null,
  refreshCall: null,
  sockets: [],
  visible: true,
  offline: false,
  now: 0,
  violation: null,
}

export function responseFor(session: string): SessionResponse {
  return {
    user: { id: `user of ${session}`, name: session, email: session },
    session: { id: session, createdAt: 0, expiresInMs: 60_000 },
    serverNow: 0,
    ticket: null,
  }
}

export const UNREACHABLE: SessionAnswer = { status: 'unreachable', error: new SymphainyError('network') }

function storedOf({ hint, cookie }: World): Stored {
  return { hint, credential: (hint === null || hint.user === null) && cookie === null ? 'absent' : 'maybe' }
}

/** Performs what a machine decided on the world, and passes on what the other machine must hear: the drivers' wiring. */
export class Stage {
  world: World
  readonly #cores: Cores

  constructor(world: World, cores: Cores) {
    this.world = { ...world }
    this.#cores = cores
  }

  sendAuth(event: AuthEvent): void {
    const { world } = this
    const before = world.auth
    const step = this.#cores.auth(before, event, { now: world.now, random: 0.5, stored: storedOf(world) })
    world.auth = step.state
    for (const effect of step.effects) {
      if (effect.type === 'store') world.hint = effect.hint
      if (effect.type !== 'validate') continue
      this.#present('a validation', world.cookie)
      world.validation = { id: effect.request, credential: world.cookie }
    }
    if (step.state.view !== before.view) this.followAuth()
    if (world.auth.asking === null) this.#validationEnded()
  }

  /** What the connection's driver hears of auth. */
  followAuth(): void {
    const { view, running } = this.world.auth
    if (running) this.sendConnection({ type: 'auth', session: view.state === 'authenticated' ? view.session.id : null, anonymous: view.state === 'anonymous' })
  }

  sendConnection(event: ConnectionEvent): void {
    const { world } = this
    const step = this.#cores.connection(world.connection, event, { now: world.now, random: 0.5, visible: world.visible, offline: world.offline })
    // A decision works on a copy: what changed nothing is the world that there was.
    if (!isSameModel(step.state, world.connection)) world.connection = step.state
    for (const effect of step.effects) {
      switch (effect.type) {
        case 'askTicket':
          this.#mayConnect('asks for a ticket')
          world.ticketCall = { id: effect.id, credential: world.cookie }
          this.#present('a ticket call', world.cookie)
          break
        case 'openSocket':
          this.#mayConnect('opens a socket')
          world.sockets = [...world.sockets, { id: effect.id, isOpen: false }]
          if (world.sockets.length > 1) world.violation ??= 'S2: two sockets'
          break
        case 'closeSocket':
          world.sockets = []
          break
        case 'validate':
          world.closeValidation = effect.id
          this.sendAuth({ type: 'ask', because: effect.because })
          break
        case 'reject':
          world.rejected = [...new Set([...world.rejected, effect.session])].sort()
          this.sendAuth({ type: 'ended', reason: 'rejected', sessionId: effect.session })
          break
        case 'refresh':
          world.refreshCall = effect.id
          break
        case 'extend':
          this.sendAuth({ type: 'extended', expiresInMs: effect.expiresInMs })
          break
        default:
        // Frames are the chat's, and no part of this world.
      }
    }
  }

  #validationEnded(): void {
    const { world } = this
    if (world.closeValidation !== null) {
      const id = world.closeValidation
      world.closeValidation = null
      this.sendConnection({ type: 'validated', id })
    }
    if (world.ticketCall?.refused) {
      const { id } = world.ticketCall
      world.ticketCall = null
      this.sendConnection({ type: 'ticketRefused', id, error: new SymphainyError('expired', { status: 401 }) })
    }
  }

  #mayConnect(what: string): void {
    if (this.world.auth.view.state !== 'authenticated') this.world.violation ??= `S1: ${what} while ${this.world.auth.view.state}`
  }

  #present(what: string, credential: string | null): void {
    if (credential !== null && this.world.rejected.includes(credential)) this.world.violation ??= `S3: ${what} presents a rejected credential`
  }

  /** Somebody signs in: a session that is neither the one there is nor the one that was rejected last. */
  nextSession(): string {
    const { cookie, auth } = this.world
    return ['S1', 'S2', 'S3'].find((id) => id !== cookie && id !== auth.known?.sessionId && id !== sessionOf(auth)) ?? 'S1'
  }

  /** The platform made a session; its cookie replaces the one before. */
  established(session: string): void {
    const { world } = this
    world.alive = [session]
    world.rejected = world.rejected.filter((id) => id !== session)
    world.cookie = session
  }

  /** Another tab wrote its outcome to the storage. */
  writtenElsewhere(sessionId: string, user: SessionHint['user'], ended?: AnonymousReason): void {
    const { world } = this
    world.hint = { sessionId, generation: (world.hint?.generation ?? 0) + 1, user, expiresAt: 0, ...(ended === undefined ? {} : { ended }) }
  }
}

function sessionOf({ view }: AuthState): string | null {
  return view.state === 'authenticated' ? view.session.id : null
}

/**
 * States that differ only in what no decision looks at are one: words and labels, which session came first, how late it
 * is, and a fourth attempt or a fifth. Whether a ticket may take over (`ifIdle`) is left out, since here a platform may
 * answer `in_use` to anybody.
 */
export function canonical({ auth, connection, hint, ...world }: World): string {
  const { view, asking } = auth
  const isStored = (key: HintKey | null): boolean => sameKey(key, hint)
  const shown = view.state === 'authenticated' ? view.session.id : view.state === 'anonymous' ? view.reason === 'rejected' : view.hintedUser?.id
  const current = connection.id
  const isCurrent = (call: Call | null): unknown => call && [call.id === current, call.credential, call.refused]
  const key = [
    [view.state, shown, auth.running, auth.timerAt !== null, isStored(auth.known)],
    asking?.request === world.validation?.id,
    [
      connection.session,
      wantKey(connection),
      Math.min(connection.attempt, 1),
      connection.mayBeOurs,
      connection.error?.reason === 'ticket_invalid',
      connection.timerAt !== null,
    ],
    phaseKey(connection),
    hint && [hint.sessionId, hint.user === null, hint.ended === 'rejected'],
    [world.cookie, world.alive, world.validation?.credential],
    isCurrent(world.ticketCall),
    [world.closeValidation !== null && world.closeValidation === current, world.refreshCall !== null && world.refreshCall === current],
    world.sockets.map(({ id, isOpen }) => [id === current, isOpen]),
    [world.visible, world.violation],
  ]
  const text = JSON.stringify(key)
  // A rejected session that nothing names any more can never be presented.
  const rejected = world.rejected.map((id) => (text.includes(id) ? id : null))
  const names = new Map<string, string>()
  return (text + JSON.stringify(rejected)).replace(/S\d/g, (id) => names.get(id) ?? (names.set(id, `#${names.size}`), `#${names.size - 1}`))
}

/** Nothing changed but the moment. */
function isSameModel(left: ConnectionModel, right: ConnectionModel): boolean {
  return (Object.keys(INITIAL_CONNECTION) as (keyof ConnectionModel)[]).every(
    (key) => left[key] === right[key] || key === 'now' || key === 'offline' || (key === 'life' && isSameLife(left.life, right.life)),
  )
}

function isSameLife(left: Life | null, right: Life | null): boolean {
  return left !== null && right !== null && (Object.keys(left) as (keyof Life)[]).every((key) => left[key] === right[key])
}

/** With a consumer there, `connect()` says nothing new until it leaves, and then neither. */
function wantKey({ consumers, asked }: ConnectionModel): unknown {
  return [consumers, consumers > 0 && asked ? null : asked]
}

function phaseKey({ phase, life }: ConnectionModel): unknown {
  return [phase, life && [life.ping !== null, life.refreshAt < Infinity]]
}
