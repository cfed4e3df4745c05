import { CREDENTIAL_MODE_HEADER, TICKET_FRESH_MS, isUsableToken, type RefreshResponse, type SessionResponse, type TicketResponse } from '@symphainy/protocol'
import type { ClientOptions } from '../clientApi.js'
import type { Environment } from '../environment/environment.js'
import { addTo, createMachine } from '../environment/machine.js'
import { SymphainyError, asError } from '../errors/symphainyError.js'
import { callPlatform, type CallOptions } from '../http/platformHttp.js'
import type { AnonymousReason, AuthSession, ValidationResult } from './authApi.js'
import { INITIAL_AUTH, type AuthEffect, type AuthEvent, type AuthState, type SessionAnswer } from './authState.js'
import { authTransition } from './authTransition.js'
import { HINT_KEY, TOKEN_KEY, readStored, store, type CredentialMode } from './sessionHint.js'

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
  const { clock, storage, page } = environment
  const mode: CredentialMode = options.token ? 'own' : (options.credential ?? 'cookie')
  const listeners = new Set<() => void>()
  let unlisten: (() => void) | null = null
  let validation: Promise<ValidationResult> | null = null

  const { state, dispatch } = createMachine<AuthState, AuthEvent, AuthEffect>(
    clock,
    INITIAL_AUTH,
    (before, event) => authTransition(before, event, { now: clock.now(), random: environment.random(), stored: readStored(environment, mode) }),
    (effects, before) => {
      // What is stored is right before anybody hears of the new state, and everybody has heard before the way goes to login.
      for (const effect of effects) if (effect.type !== 'requireAuth') perform(effect)
      if (state().view !== before.view) for (const listener of [...listeners]) listener()
      for (const effect of effects) if (effect.type === 'requireAuth') options.onAuthRequired?.(effect.reason)
    },
  )

  function perform(effect: Exclude<AuthEffect, { type: 'requireAuth' }>): void {
    if (effect.type === 'validate') {
      validation = validate(effect.request)
      return
    }
    // The token first: whoever sees the hint change finds the token that belongs to it.
    if (mode === 'bearer') store(storage, TOKEN_KEY, effect.type === 'keep' ? effect.token : null)
    store(storage, HINT_KEY, JSON.stringify(effect.hint))
  }

  async function validate(request: number): Promise<ValidationResult> {
    const answer = await askSession()
    dispatch({ type: 'answered', request, answer })
    if (state().asking === null) validation = null
    if (answer.status !== 'valid') return answer.status === 'invalid' ? invalid(answer.reason) : answer
    return { status: 'valid', user: answer.response.user, session: answer.response.session }
  }

  async function askSession(): Promise<SessionAnswer> {
    try {
      const token = await credential()
      if (mode !== 'cookie' && !isUsableToken(token)) return { status: 'invalid', reason: token === null ? 'none' : 'invalid' }
      const response = await call<SessionResponse>('GET', '/api/auth/session', { token })
      if (typeof response?.user?.id !== 'string' || typeof response.session?.id !== 'string') throw new SymphainyError('bad_response')
      return { status: 'valid', response, token }
    } catch (cause) {
      const error = asError(cause)
      return error.status === 401 ? { status: 'invalid', reason: reasonOf(error) } : { status: 'unreachable', error }
    }
  }

  /** The bearer token to present now, or null. In cookie mode there is none that a page could read. */
  async function credential(): Promise<string | null> {
    if (options.token) return options.token()
    if (mode === 'cookie') return null
    try {
      return storage.get(TOKEN_KEY)
    } catch {
      // A browser without storage keeps the token for as long as the page lives.
      const { view } = state()
      return view.state === 'authenticated' ? view.sessionToken : null
    }
  }

  function call<T>(method: Method, path: string, callOptions: CallOptions): Promise<T> {
    return callPlatform<T>(environment, method, platformUrl() + path, callOptions)
  }

  async function request<T>(method: Method, path: string, body?: unknown, { signal }: { signal?: AbortSignal } = {}): Promise<T> {
    const token = await credential()
    try {
      return await call<T>(method, path, { body, signal, token })
    } catch (cause) {
      const error = asError(cause)
      if (error.status === 401) {
        // A refused token is not sent twice; what a cookie stands for may have changed under way, so that one is asked about. [U1]
        if (token !== null && token === (await credential())) dispatch({ type: 'denied', reason: reasonOf(error) })
        else await sessionEnded(reasonOf(error))
      }
      throw error
    }
  }

  async function signIn(path: string, body: unknown): Promise<SessionResponse['user']> {
    const headers: Record<string, string> = mode === 'bearer' ? { [CREDENTIAL_MODE_HEADER]: 'bearer' } : {}
    // A login while signed in ends the old session, so the platform must learn which one that is. [AU7]
    const response = await call<SessionResponse>('POST', path, { body, headers, token: await credential() })
    if (mode === 'bearer' && !isUsableToken(response.token)) throw new SymphainyError('bad_response')
    dispatch({ type: 'signedIn', response, token: response.token ?? null })
    return response.user
  }

  async function sessionEnded(because: AnonymousReason | null): Promise<ValidationResult> {
    dispatch({ type: 'ask', because })
    // Nothing is asked about a session that was rejected.
    return validation ?? { status: 'invalid', reason: 'invalid' }
  }

  return {
    getSnapshot: () => state().view,
    subscribe: (listener) => addTo(listeners, listener),
    login: (credentials) => signIn('/api/auth/login', credentials),
    register: (account) => signIn('/api/auth/register', account),
    async logout() {
      try {
        await call('POST', '/api/auth/logout', { token: await credential() })
      } catch (cause) {
        // A session that is gone already is signed out; anything else is said, and nothing is pretended. [L10]
        if (asError(cause).status !== 401) throw cause
      }
      dispatch({ type: 'signedOut' })
    },
    validateToken: () => sessionEnded(null),
    retry: () => dispatch({ type: 'woke' }),
    request,
    start() {
      unlisten ??= page.onChange((event) => {
        if (event === 'hidden' || event === 'offline') return
        dispatch({ type: 'stored' })
        if (event !== 'storage') dispatch({ type: 'woke' })
      })
      if (!state().running) dispatch({ type: 'started' })
    },
    stop() {
      unlisten?.()
      unlisten = null
      dispatch({ type: 'stopped' })
    },
    async ticket(ifIdle) {
      const { ticket } = state()
      if (ticket !== null) {
        dispatch({ type: 'ticketTaken' })
        if (clock.now() - ticket.atMs < TICKET_FRESH_MS) return ticket.value
      }
      return (await request<TicketResponse>('POST', '/api/auth/ws-ticket', ifIdle ? { ifIdle } : {})).ticket
    },
    async refresh() {
      // With a login of the app's own, the app renews the token and the ticket proves it.
      if (mode !== 'own') {
        const { session, token } = await request<RefreshResponse>('POST', '/api/auth/refresh')
        if (mode === 'bearer' && token !== undefined) store(storage, TOKEN_KEY, token)
        dispatch({ type: 'extended', expiresInMs: session.expiresInMs, token })
      }
      return (await request<TicketResponse>('POST', '/api/auth/ws-ticket', {})).ticket
    },
    sessionEnded,
    reject: (sessionId) => dispatch({ type: 'rejected', sessionId }),
    extend: (expiresInMs) => dispatch({ type: 'extended', expiresInMs }),
  }
}

function reasonOf({ code }: SymphainyError): Exclude<AnonymousReason, 'none' | 'rejected'> {
  return code === 'expired' || code === 'revoked' ? code : 'invalid'
}

function invalid(reason: AnonymousReason): ValidationResult {
  return { status: 'invalid', reason: reason === 'none' || reason === 'rejected' ? 'invalid' : reason }
}
