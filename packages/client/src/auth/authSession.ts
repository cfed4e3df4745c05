import { CREDENTIAL_MODE_HEADER, TICKET_FRESH_MS, isUsableToken, type RefreshResponse, type SessionResponse, type TicketResponse } from '@symphainy/protocol'
import type { ClientOptions } from '../clientApi.js'
import type { Environment } from '../environment/environment.js'
import { addTo, createMachine } from '../environment/machine.js'
import { SymphainyError, asError } from '../errors/symphainyError.js'
import { callPlatform, type CallOptions } from '../http/platformHttp.js'
import type { AnonymousReason, AuthSession, ValidationResult } from './authApi.js'
import { INITIAL_AUTH, type AuthEffect, type AuthEvent, type AuthState, type SessionAnswer } from './authState.js'
import { authTransition } from './authTransition.js'
import { HINT_KEY, TOKEN_KEY, createKeep, readStored, type CredentialMode } from './sessionHint.js'

/** The auth session as the connection needs it, beyond what everybody may use. */
export interface AuthDriver extends AuthSession {
  start(): void
  stop(): void
  /** A ticket for one connection: the validation's if it is fresh, else a new one. @throws SymphainyError */
  ticket(ifIdle: boolean): Promise<string>
  /** More life for the session in place, and the ticket that proves it. [SE1] @throws SymphainyError */
  refresh(): Promise<string>
  /** The platform closed a socket because the session is over: validates once. [SE3] */
  sessionEnded(because: AnonymousReason | null): Promise<ValidationResult>
  /** The session may not connect: never presented again until somebody signs in. [SE3] [S3] */
  reject(sessionId: string): void
  extend(expiresInMs: number): void
}

type Method = Parameters<AuthSession['request']>[0]

/** Performs what `authTransition` decides. */
export function createAuthSession(environment: Environment, options: ClientOptions, platformUrl: () => string): AuthDriver {
  const { clock, page } = environment
  const mode: CredentialMode = options.token ? 'own' : (options.credential ?? 'cookie')
  const keep = createKeep(environment)
  const listeners = new Set<() => void>()
  let unlisten: (() => void) | null = null
  let validation: Promise<ValidationResult> | null = null
  /** The ticket that came with the last word on a session: it serves that one, once, while it is fresh. [CN1] */
  let offer: { ticket: string | null; sessionId: string; untilMs: number } | null = null
  /** The token that the platform refused. */
  let refused: string | null | undefined

  const { state, dispatch } = createMachine<AuthState, AuthEvent, AuthEffect>(
    clock,
    INITIAL_AUTH,
    (before, event) => authTransition(before, event, { now: clock.now(), random: environment.random(), stored: readStored(keep, environment, mode) }),
    (effects, before) => {
      const { view } = state()
      // What is stored is right before anybody hears of the new state, and everybody has heard before the way goes to login.
      effects.forEach(perform)
      if (view === before.view) return
      for (const listener of [...listeners]) listener()
      // Whoever becomes anonymous is sent to login once; whoever is, is not sent again. [L2] [E3]
      if (view.state === 'anonymous' && before.view.state !== 'anonymous') options.onAuthRequired?.(view.reason)
    },
  )

  function perform(effect: AuthEffect): void {
    if (effect.type === 'validate') {
      validation = validate(effect.request)
      return
    }
    // The token first: whoever sees the hint change finds the token that belongs to it.
    if (mode === 'bearer' && effect.token !== undefined) keep.write(TOKEN_KEY, effect.token)
    keep.write(HINT_KEY, JSON.stringify(effect.hint))
  }

  async function validate(request: number): Promise<ValidationResult> {
    const answer = await askSession().catch((cause: unknown): SessionAnswer => {
      const error = asError(cause)
      return error.status === 401 ? { status: 'invalid', reason: reasonOf(error) } : { status: 'unreachable', error }
    })
    dispatch({ type: 'answered', request, answer })
    if (answer.status === 'unreachable') return answer
    if (answer.status === 'invalid') return { ...answer, reason: answer.reason === 'none' ? 'invalid' : answer.reason }
    const { user, session } = answer.response
    return { status: 'valid', user, session }
  }

  async function askSession(): Promise<SessionAnswer> {
    const token = (await credential()) ?? null
    // A refused token is not sent twice. [U1]
    if (mode !== 'cookie' && (!isUsableToken(token) || token === refused)) return { status: 'invalid', reason: token === null ? 'none' : 'invalid' }
    return { status: 'valid', response: await confirmation('GET', 'session', { token }), token }
  }

  /** The bearer token to present now, if there is one. In cookie mode there is none that a page could read. */
  async function credential(): Promise<string | null | undefined> {
    try {
      return options.token ? await options.token() : mode === 'bearer' ? keep.read(TOKEN_KEY) : null
    } catch (cause) {
      throw asError(cause)
    }
  }

  function call<T>(method: Method, path: string, callOptions: CallOptions): Promise<T> {
    return callPlatform<T>(environment, method, platformUrl() + path, callOptions)
  }

  async function confirmation(method: Method, path: string, callOptions: CallOptions): Promise<SessionResponse> {
    const response = await call<SessionResponse>(method, '/api/auth/' + path, callOptions)
    if (typeof response?.user?.id !== 'string' || typeof response.session?.id !== 'string') throw new SymphainyError('bad_response')
    offer = { ticket: response.ticket, sessionId: response.session.id, untilMs: clock.now() + TICKET_FRESH_MS }
    return response
  }

  async function request<T>(method: Method, path: string, body?: unknown, { signal }: { signal?: AbortSignal } = {}): Promise<T> {
    const token = await credential()
    try {
      return await call<T>(method, path, { body, signal, token })
    } catch (cause) {
      const error = asError(cause)
      if (error.status === 401) {
        refused = token
        await sessionEnded(reasonOf(error))
      }
      throw error
    }
  }

  async function newTicket(ifIdle: boolean): Promise<string> {
    return (await request<TicketResponse>('POST', '/api/auth/ws-ticket', { ifIdle })).ticket
  }

  async function signIn(path: string, body: unknown): Promise<SessionResponse['user']> {
    // A login while signed in ends the old session, so the platform must learn which one that is. [AU7]
    const response = await confirmation('POST', path, { body, headers: { [CREDENTIAL_MODE_HEADER]: mode }, token: await credential() })
    if (mode === 'bearer' && !isUsableToken(response.token)) throw new SymphainyError('bad_response')
    dispatch({ type: 'signedIn', response, token: response.token ?? null })
    return response.user
  }

  async function sessionEnded(because: AnonymousReason | null): Promise<ValidationResult> {
    dispatch({ type: 'ask', because })
    // Nothing is asked about a session that was rejected.
    return (state().asking && validation) ?? { status: 'invalid', reason: 'invalid' }
  }

  return {
    getSnapshot: () => state().view,
    subscribe: (listener) => addTo(listeners, listener),
    login: (credentials) => signIn('login', credentials),
    register: (account) => signIn('register', account),
    async logout() {
      const sessionId = state().known?.sessionId
      try {
        await call('POST', '/api/auth/logout', { token: await credential() })
      } catch (cause) {
        // A session that is gone already is signed out; anything else is said, and nothing is pretended. [L10]
        if (asError(cause).status !== 401) throw cause
      }
      dispatch({ type: 'ended', reason: 'signed_out', sessionId })
    },
    validateToken: () => sessionEnded(null),
    retry: () => dispatch({ type: 'woke' }),
    request,
    start() {
      unlisten ??= page.onChange((event) => {
        if (event !== 'hidden' && event !== 'offline') dispatch({ type: event === 'storage' ? 'stored' : 'woke' })
      })
      if (!state().running) dispatch({ type: 'started' })
    },
    stop() {
      unlisten?.()
      unlisten = null
      dispatch({ type: 'stopped' })
    },
    async ticket(ifIdle) {
      const taken = offer
      offer = null
      return (taken && taken.sessionId === state().known?.sessionId && clock.now() < taken.untilMs && taken.ticket) || newTicket(ifIdle)
    },
    async refresh() {
      // With a login of the app's own, the app renews the token and the ticket proves it.
      if (mode !== 'own') {
        const { session, token } = await request<RefreshResponse>('POST', '/api/auth/refresh')
        dispatch({ type: 'extended', expiresInMs: session.expiresInMs, sessionId: session.id, token })
      }
      return newTicket(false)
    },
    sessionEnded,
    reject: (sessionId) => dispatch({ type: 'ended', reason: 'rejected', sessionId }),
    extend: (expiresInMs) => dispatch({ type: 'extended', expiresInMs }),
  }
}

function reasonOf({ code }: SymphainyError): 'expired' | 'revoked' | 'invalid' {
  return code === 'expired' || code === 'revoked' ? code : 'invalid'
}
