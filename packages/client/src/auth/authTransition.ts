import type { SessionResponse, User } from '@symphainy/protocol'
import { RETRY, retryDelayMs } from '../connection/retryPolicy.js'
import type { AnonymousReason } from './authApi.js'
import type { AuthEffect, AuthEvent, AuthMoment, AuthState, AuthStep, SessionAnswer } from './authState.js'
import { sameKey, type HintKey } from './sessionHint.js'

/**
 * The whole of the auth session: a state and an event give the next state and what is to be done. [AU2] to [AU5]
 * Pure. An event that does not concern the state gives the very same state back.
 */
export function authTransition(state: AuthState, event: AuthEvent, moment: AuthMoment): AuthStep {
  const { view } = state
  switch (event.type) {
    case 'started':
      return started(state, moment)
    case 'stopped':
      return only({ ...state, running: false, timerAt: null })
    case 'ask':
      return ask(state, moment, event.because)
    case 'woke':
      return view.state === 'unreachable' ? ask(state, moment) : only(state)
    case 'timer':
      return ask(state, moment)
    case 'answered':
      return state.asking?.request === event.request ? answered(state, event.answer, moment) : only(state)
    case 'signedIn':
      return signedIn({ ...state, rejected: null }, event.response, event.token, moment, true)
    case 'signedOut':
      return ended(state, 'signed_out', moment)
    case 'denied':
      return view.state === 'authenticated' ? ended(state, event.reason, moment) : only(state)
    case 'rejected':
      return sessionIdOf(state) === event.sessionId ? ended({ ...state, rejected: event.sessionId }, 'rejected', moment) : only(state)
    case 'stored':
      return storedElsewhere(state, moment)
    case 'extended':
      if (view.state !== 'authenticated') return only(state)
      return {
        state: {
          ...state,
          view: { ...view, session: { ...view.session, expiresInMs: event.expiresInMs }, sessionToken: event.token ?? view.sessionToken },
          timerAt: expiryAt(event.expiresInMs, moment),
        },
        effects: [],
      }
    case 'ticketTaken':
      return only({ ...state, ticket: null })
  }
}

/** The public id of the session that is shown, or null. */
export function sessionIdOf({ view }: AuthState): string | null {
  return view.state === 'authenticated' ? view.session.id : null
}

/** Timers take 31 bits of milliseconds; and a session that is just over is asked about once a second, not at once. */
function expiryAt(expiresInMs: number, { now }: AuthMoment): number {
  return now + Math.min(Math.max(expiresInMs, 1_000), 2 ** 31 - 1)
}

function only(state: AuthState): AuthStep {
  return { state, effects: [] }
}

function keyOf({ stored: { hint } }: AuthMoment): HintKey | null {
  return hint === null ? null : { sessionId: hint.sessionId, generation: hint.generation }
}

function started(state: AuthState, moment: AuthMoment): AuthStep {
  // Started again in the same breath (StrictMode): the validation that is under way serves. [L3]
  if (state.asking !== null) return only({ ...state, running: true })
  const { hint, credential } = moment.stored
  const next: AuthState = { ...state, running: true, known: keyOf(moment) }
  if (hint?.ended === 'rejected' && credential !== 'unusable') return anonymous({ ...next, rejected: hint.sessionId }, 'rejected')
  if (credential === 'absent') return anonymous(next, 'none')
  if (credential === 'unusable') return ended(next, 'invalid', moment)
  return ask(state.view.state === 'authenticated' ? next : { ...next, view: { state: 'restoring', hintedUser: hint?.user ?? null } }, moment)
}

/** The one validation: whoever asks while it is under way shares it. A rejected session is not presented again. [S3] */
function ask(state: AuthState, moment: AuthMoment, because: AnonymousReason | null = null): AuthStep {
  if (state.asking !== null || (state.view.state === 'anonymous' && state.view.reason === 'rejected')) return only(state)
  const request = state.serial + 1
  const view = state.view.state === 'unreachable' ? { ...state.view, retryInMs: null } : state.view
  return {
    state: { ...state, view, serial: request, timerAt: null, known: keyOf(moment), asking: { request, because } },
    effects: [{ type: 'validate', request }],
  }
}

function answered(state: AuthState, answer: SessionAnswer, moment: AuthMoment): AuthStep {
  const { asking, view } = state
  const idle: AuthState = { ...state, asking: null }
  if (!state.running && view.state !== 'authenticated') return only(idle)
  const { hint } = moment.stored
  if (answer.status !== 'unreachable' && !sameKey(state.known, keyOf(moment))) {
    // Another tab signed in or out meanwhile: what is stored is newer than this answer. [AU4]
    const confirmsIt = answer.status === 'valid' && hint?.user != null && hint.sessionId === answer.response.session.id
    if (!confirmsIt) return storedElsewhere(idle, moment)
  }
  if (answer.status === 'valid') return signedIn(idle, answer.response, answer.token, moment, false)
  if (answer.status === 'invalid') return ended(idle, asking?.because ?? answer.reason, moment)
  // Unreachable is not invalid: nothing is cleared, and who is signed in stays so. [L8]
  if (view.state === 'anonymous') return only(idle)
  if (view.state === 'authenticated') {
    return only({ ...idle, timerAt: moment.now + RETRY.capMs })
  }
  const attempt = view.state === 'unreachable' ? view.attempt + 1 : 1
  const retryInMs = answer.error.retryAfterMs ?? retryDelayMs({ attempt: attempt - 1, windowMs: RETRY.windowMs, offline: false, random: moment.random })
  return only({
    ...idle,
    view: { state: 'unreachable', hintedUser: view.hintedUser, attempt, retryInMs, error: answer.error },
    timerAt: moment.now + retryInMs,
  })
}

/** `authenticated` is entered in one step, with everything. [AU3] */
function signedIn(
  state: AuthState,
  { user, session, serverNow, ticket }: SessionResponse,
  token: string | null,
  moment: AuthMoment,
  explicit: boolean,
): AuthStep {
  if (session.id === state.rejected) return ended(state, 'rejected', moment)
  const { hint } = moment.stored
  const isNews = explicit || hint?.user?.id !== user.id || hint.sessionId !== session.id
  const key: HintKey = { sessionId: session.id, generation: (hint?.generation ?? 0) + (isNews ? 1 : 0) }
  return {
    state: {
      ...state,
      view: { state: 'authenticated', user, session, sessionToken: token ?? session.id },
      asking: null,
      known: key,
      timerAt: expiryAt(session.expiresInMs, moment),
      ticket: ticket === null ? null : { value: ticket, atMs: moment.now },
    },
    effects: isNews ? [{ type: 'keep', hint: { ...key, user, expiresAt: serverNow + session.expiresInMs }, token }] : [],
  }
}

/** The session is over: cleared here, and a tombstone for the other tabs. [AU4] */
function ended(state: AuthState, reason: AnonymousReason, moment: AuthMoment): AuthStep {
  const { hint } = moment.stored
  const sessionId = sessionIdOf(state) ?? hint?.sessionId ?? ''
  // Another session's hint is not ours to bury: compare, then set. It is newer, so it is followed.
  if (hint !== null && hint.user !== null && hint.sessionId !== sessionId) return follow({ ...state, asking: null }, hint.user, moment)
  const next = anonymous(state, reason)
  const tombstone = { sessionId, generation: (hint?.generation ?? 0) + 1, user: null, expiresAt: 0, ended: reason }
  return {
    state: { ...next.state, known: { sessionId, generation: tombstone.generation } },
    effects: [{ type: 'forget', hint: tombstone }, ...next.effects],
  }
}

/** Whoever becomes anonymous is sent to login once; whoever is, is not sent again. [L2] [E3] */
function anonymous(state: AuthState, reason: AnonymousReason): AuthStep {
  const effects: AuthEffect[] = state.view.state === 'anonymous' ? [] : [{ type: 'requireAuth', reason }]
  return { state: { ...state, view: { state: 'anonymous', reason }, asking: null, timerAt: null, ticket: null }, effects }
}

/** Another tab wrote: follow it, without a frame that mixes two users. [L9] [TB5] */
function storedElsewhere(state: AuthState, moment: AuthMoment): AuthStep {
  const key = keyOf(moment)
  const { hint } = moment.stored
  if (!state.running || sameKey(key, state.known)) return state.asking === null && state.view.state === 'restoring' ? ask(state, moment) : only(state)
  // A validation that was asked under the old storage is late now.
  const next: AuthState = { ...state, known: key, asking: null }
  if (hint?.user === null) {
    // A tombstone. Of another session it says nothing about this one, except that somebody should ask.
    if (sessionIdOf(state) !== null && sessionIdOf(state) !== hint.sessionId) return ask(next, moment)
    return anonymous(hint.ended === 'rejected' ? { ...next, rejected: hint.sessionId } : next, hint.ended ?? 'signed_out')
  }
  if (hint === null) return state.view.state === 'anonymous' ? only(next) : ask(next, moment)
  if (hint.sessionId === state.rejected) return only(next)
  const sameUser = state.view.state === 'authenticated' && state.view.user.id === hint.user.id
  return sameUser ? ask(next, moment) : follow(next, hint.user, moment)
}

/** What belongs to the one before is gone from the screen before the next is asked about. */
function follow(state: AuthState, hintedUser: User, moment: AuthMoment): AuthStep {
  return ask({ ...state, view: { state: 'restoring', hintedUser }, timerAt: null, ticket: null }, moment)
}
