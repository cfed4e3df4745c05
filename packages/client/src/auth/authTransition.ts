import type { SessionResponse, User } from '@symphainy/protocol'
import { RETRY, retryDelayMs } from '../connection/retryPolicy.js'
import type { AnonymousReason } from './authApi.js'
import type { AuthEffect, AuthEvent, AuthMoment, AuthState, AuthStep, SessionAnswer } from './authState.js'
import { sameKey, type SessionHint } from './sessionHint.js'

/**
 * The whole of the auth session: a state and an event give the next state and what is to be done. [AU2] to [AU5]
 * Pure. An event that does not concern the state gives the very same state back.
 */
export function authTransition(state: AuthState, event: AuthEvent, moment: AuthMoment): AuthStep {
  const { view } = state
  const { hint } = moment.stored
  switch (event.type) {
    case 'started':
      return started(state, moment)
    case 'stopped':
      return step({ ...state, running: false, timerAt: null })
    case 'signedIn':
      return signedIn({ ...state, rejected: null }, event.response, event.token, moment, true)
    case 'signedOut':
      return ended(state, 'signed_out', moment, event.sessionId)
    case 'rejected':
      return sessionIdOf(state) === event.sessionId ? ended({ ...state, rejected: event.sessionId }, 'rejected', moment, event.sessionId) : step(state)
    case 'extended': {
      // What is said about a session that was replaced meanwhile changes nothing of this one. [AU4]
      if (view.state !== 'authenticated' || (event.sessionId ?? view.session.id) !== view.session.id) return step(state)
      const { expiresInMs, token } = event
      return step(
        {
          ...state,
          view: { ...view, session: { ...view.session, expiresInMs }, sessionToken: token ?? view.sessionToken },
          timerAt: expiryAt(state, expiresInMs, moment),
        },
        ...(token && hint?.sessionId === view.session.id ? [{ type: 'store', hint, token } as const] : []),
      )
    }
    case 'ticketTaken':
      return step({ ...state, ticket: null })
  }
  // Another tab wrote what this one has not seen: that is newer than whatever the event says. [L9] [AU4]
  if (state.running && !sameKey(state.known, hint) && !(hint?.user && hint.sessionId === state.rejected)) return changed(state, moment)
  switch (event.type) {
    case 'stored':
      return step(state)
    case 'woke':
      return view.state === 'unreachable' ? ask(state, moment) : step(state)
    case 'timer':
    case 'ask':
      return ask(state, moment, event.because)
    case 'answered':
      return state.asking?.request === event.request ? answered({ ...state, asking: null }, state.asking, event.answer, moment) : step(state)
    case 'denied':
      return view.state === 'authenticated' ? ended(state, event.reason, moment) : step(state)
  }
}

/** The public id of the session that is shown, or null. */
function sessionIdOf({ view }: AuthState): string | null {
  return view.state === 'authenticated' ? view.session.id : null
}

/** None once it is stopped. A session that is just over is asked about once a second, not at once. */
function expiryAt({ running }: AuthState, expiresInMs: number, { now }: AuthMoment): number | null {
  return running ? now + Math.max(expiresInMs, 1_000) : null
}

function step(state: AuthState, ...effects: AuthEffect[]): AuthStep {
  return { state, effects }
}

function started(state: AuthState, moment: AuthMoment): AuthStep {
  const { view } = state
  const { hint, credential } = moment.stored
  // Started again in the same breath (StrictMode): the validation that is under way serves. [L3]
  if (state.asking) return step({ ...state, running: true })
  const next = seen({ ...state, running: true }, hint)
  if (credential === 'unusable') return ended(next, 'invalid', moment)
  if (hint?.ended === 'rejected' && credential !== 'own') return anonymous(next, 'rejected')
  if (credential === 'absent') return anonymous(next, 'none')
  return view.state === 'authenticated' && view.user.id === hint?.user?.id ? ask(next, moment) : follow(next, hint?.user ?? null, moment)
}

/** Another tab wrote: follow it, without a frame that mixes two users. [L9] [TB5] */
function changed(state: AuthState, moment: AuthMoment): AuthStep {
  const { view } = state
  const { hint } = moment.stored
  // A validation that was asked under the old storage is late now.
  const next = seen({ ...state, asking: null }, hint)
  if (hint?.user) return view.state === 'authenticated' && view.user.id === hint.user.id ? ask(next, moment) : follow(next, hint.user, moment)
  // The tombstone of another session says nothing about this one, except that somebody should ask; so does no hint.
  return hint === null || (sessionIdOf(state) ?? hint.sessionId) !== hint.sessionId ? ask(next, moment) : anonymous(next, hint.ended ?? 'signed_out')
}

/** What is stored is known now. */
function seen(state: AuthState, hint: SessionHint | null): AuthState {
  return { ...state, known: hint, rejected: hint?.ended === 'rejected' ? hint.sessionId : state.rejected }
}

/** What belongs to the one before is gone from the screen before the next is asked about. */
function follow(state: AuthState, hintedUser: User | null, moment: AuthMoment): AuthStep {
  return ask({ ...state, view: { state: 'restoring', hintedUser }, asking: null, ticket: null }, moment)
}

/** The one validation: whoever asks while it is under way shares it. A rejected session is not presented again. [S3] */
function ask(state: AuthState, { stored }: AuthMoment, because?: AnonymousReason | null): AuthStep {
  const { view } = state
  if (state.asking || (view.state === 'anonymous' && view.reason === 'rejected' && stored.credential !== 'own')) return step(state)
  const request = state.serial + 1
  return step(
    {
      ...state,
      view: view.state === 'unreachable' ? { ...view, retryInMs: null } : view,
      asking: { request, because: because ?? null },
      serial: request,
      timerAt: null,
    },
    { type: 'validate', request },
  )
}

function answered(state: AuthState, { because }: { because: AnonymousReason | null }, answer: SessionAnswer, moment: AuthMoment): AuthStep {
  const { view } = state
  if (!state.running) return step(state)
  if (answer.status === 'valid') return signedIn(state, answer.response, answer.token, moment, false)
  if (answer.status === 'invalid') return ended(state, because ?? answer.reason, moment)
  // Unreachable is not invalid: nothing is cleared, and who is signed in stays so. [L8]
  const { error } = answer
  const { now, random } = moment
  if (view.state === 'anonymous') return step(state)
  if (view.state === 'authenticated') return step({ ...state, timerAt: now + (error.retryAfterMs ?? RETRY.capMs) })
  const attempt = view.state === 'unreachable' ? view.attempt : 0
  const retryInMs = error.retryAfterMs ?? retryDelayMs({ attempt, windowMs: RETRY.windowMs, offline: false, random })
  return step({
    ...state,
    view: { state: 'unreachable', hintedUser: view.hintedUser, attempt: attempt + 1, retryInMs, error },
    timerAt: now + retryInMs,
  })
}

/** `authenticated` is entered in one step, with everything. [AU3] */
function signedIn(state: AuthState, response: SessionResponse, token: string | null, moment: AuthMoment, isLogin: boolean): AuthStep {
  const { user, session, serverNow, ticket } = response
  const { hint } = moment.stored
  if (session.id === state.rejected) return ended(state, 'rejected', moment)
  const isKnown = !isLogin && hint?.user?.id === user.id && hint.sessionId === session.id
  const known: SessionHint = isKnown
    ? hint
    : { sessionId: session.id, generation: (hint?.generation ?? 0) + 1, user, expiresAt: serverNow + session.expiresInMs }
  return step(
    {
      ...state,
      view: { state: 'authenticated', user, session, sessionToken: token ?? session.id },
      asking: null,
      known,
      timerAt: expiryAt(state, session.expiresInMs, moment),
      ticket: ticket === null ? null : { value: ticket, atMs: moment.now },
    },
    // A token that was validated is where it was read; another tab may have put a newer one there.
    ...(isKnown ? [] : [{ type: 'store', hint: known, token: isLogin ? token : undefined } as const]),
  )
}

/** A session is over: cleared here, and a tombstone for the other tabs. [AU4] */
function ended(
  state: AuthState,
  reason: AnonymousReason,
  moment: AuthMoment,
  sessionId: string = state.known?.sessionId ?? sessionIdOf(state) ?? '',
): AuthStep {
  const { hint } = moment.stored
  // Another session's hint is not ours to bury: compare, then set. It is newer, so it is followed.
  if (hint?.user && hint.sessionId !== sessionId) return follow(state, hint.user, moment)
  const tombstone: SessionHint = { sessionId, generation: (hint?.generation ?? 0) + 1, user: null, expiresAt: 0, ended: reason }
  return anonymous({ ...state, known: tombstone }, reason, { type: 'store', hint: tombstone, token: null })
}

function anonymous(state: AuthState, reason: AnonymousReason, ...effects: AuthEffect[]): AuthStep {
  return step({ ...state, view: { state: 'anonymous', reason }, asking: null, timerAt: null, ticket: null }, ...effects)
}
