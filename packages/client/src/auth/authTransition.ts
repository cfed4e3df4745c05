import type { User } from '@symphainy/protocol'
import { RETRY, retryDelayMs } from '../connection/retryPolicy.js'
import type { AnonymousReason } from './authApi.js'
import type { AuthEffect, AuthEvent, AuthMoment, AuthState, AuthStep, Confirmation, SessionAnswer } from './authState.js'
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
      return confirmed(state, event, moment, true)
    case 'ended':
      return ended(state, event.reason, moment, event.sessionId)
    case 'extended': {
      // What is said about a session that was replaced meanwhile changes nothing of this one. [AU4]
      if (view.state !== 'authenticated' || (event.sessionId ?? view.session.id) !== view.session.id) return step(state)
      const { expiresInMs, token } = event
      const session = { ...view.session, expiresInMs }
      const next: AuthState = { ...state, view: { ...view, session, sessionToken: token ?? view.sessionToken }, timerAt: expiryAt(state, expiresInMs, moment) }
      return token && hint?.sessionId === session.id ? step(next, { type: 'store', hint, token }) : step(next)
    }
    default:
    // The others look at what is stored first.
  }
  // Another tab wrote what this one has not seen: that is newer than whatever the event says. [L9] [AU4]
  if (state.running && !sameKey(state.known, hint)) return changed(state, moment)
  switch (event.type) {
    case 'ask':
    case 'timer':
      return ask(state, moment, event.because)
    case 'woke':
      return view.state === 'unreachable' ? ask(state, moment) : step(state)
    case 'answered':
      return state.asking?.request === event.request ? answered(state, event.answer, moment) : step(state)
    case 'stored':
      return step(state)
  }
}

function step(state: AuthState, ...effects: AuthEffect[]): AuthStep {
  return { state, effects }
}

/** None once it is stopped. A session that is just over is asked about once a second, not at once. */
function expiryAt({ running }: AuthState, expiresInMs: number, { now }: AuthMoment): number | null {
  return running ? now + Math.max(expiresInMs, 1_000) : null
}

function started(state: AuthState, moment: AuthMoment): AuthStep {
  // Started again in the same breath (StrictMode): the validation that is under way serves. [L3]
  if (state.asking) return step({ ...state, running: true })
  const { hint, credential } = moment.stored
  const next = { ...state, running: true, known: hint }
  if (credential === 'unusable') return ended(next, 'invalid', moment)
  if (hint?.ended === 'rejected' && credential !== 'own') return anonymous(next, 'rejected')
  return credential === 'absent' ? anonymous(next, 'none') : follow(next, hint?.user, moment)
}

/** Another tab wrote. A validation that was asked under the old storage is late now. [L9] [TB5] */
function changed(state: AuthState, moment: AuthMoment): AuthStep {
  const { hint } = moment.stored
  const next = { ...state, known: hint, asking: null }
  if (hint?.user) return follow(next, hint.user, moment)
  // The tombstone of another session says nothing about this one, except that somebody should ask; so does no hint.
  return hint && hint.sessionId === (state.known ?? hint).sessionId ? anonymous(next, hint.ended ?? 'signed_out') : ask(next, moment)
}

/** Asks about the one whom the storage names; what belongs to anybody else is gone from the screen before. [TB5] */
function follow(state: AuthState, user: User | null = null, moment: AuthMoment): AuthStep {
  const { view } = state
  const isShown = view.state === 'authenticated' && view.user.id === user?.id
  return ask(isShown ? state : { ...state, view: { state: 'restoring', hintedUser: user } }, moment)
}

/** The one validation: whoever asks while it is under way shares it. A rejected session is not presented again. [S3] */
function ask(state: AuthState, { stored }: AuthMoment, because: AnonymousReason | null = null): AuthStep {
  const { view, serial } = state
  if (state.asking || (view.state === 'anonymous' && view.reason === 'rejected' && stored.credential !== 'own')) return step(state)
  const request = serial + 1
  const trying = view.state === 'unreachable' ? { ...view, retryInMs: null } : view
  return step({ ...state, view: trying, asking: { request, because }, serial: request, timerAt: null }, { type: 'validate', request })
}

function answered(before: AuthState, answer: SessionAnswer, moment: AuthMoment): AuthStep {
  const state: AuthState = { ...before, asking: null }
  const { view } = state
  if (!state.running) return step(state)
  if (answer.status === 'valid') return confirmed(state, answer, moment)
  if (answer.status === 'invalid') return ended(state, before.asking?.because ?? answer.reason, moment)
  // Unreachable is not invalid: nothing is cleared, and who is signed in stays so. [L8]
  if (view.state === 'anonymous') return step(state)
  const { error } = answer
  const { now, random } = moment
  const attempt = view.state === 'unreachable' ? view.attempt : 0
  const isShown = view.state === 'authenticated'
  const retryInMs = error.retryAfterMs ?? (isShown ? RETRY.capMs : retryDelayMs({ attempt, windowMs: RETRY.windowMs, offline: false, random }))
  return step({
    ...state,
    view: isShown ? view : { state: 'unreachable', hintedUser: view.hintedUser, attempt: attempt + 1, retryInMs, error },
    timerAt: now + retryInMs,
  })
}

/** `authenticated` is entered in one step, with everything. [AU3] */
function confirmed(state: AuthState, { response, token }: Confirmation, moment: AuthMoment, isLogin = false): AuthStep {
  const { user, session, serverNow } = response
  const { hint } = moment.stored
  const isHinted = !isLogin && hint?.sessionId === session.id
  if (isHinted && hint.ended === 'rejected') return ended(state, 'rejected', moment)
  const isKnown = isHinted && hint.user !== null
  const known = isKnown ? hint : { sessionId: session.id, generation: after(hint), user, expiresAt: serverNow + session.expiresInMs }
  const next: AuthState = {
    ...state,
    view: { state: 'authenticated', user, session, sessionToken: token ?? session.id },
    asking: null,
    known,
    timerAt: expiryAt(state, session.expiresInMs, moment),
  }
  // A token that was validated is where it was read; another tab may have put a newer one there.
  return isKnown ? step(next) : step(next, { type: 'store', hint: known, token: isLogin ? token : undefined })
}

/** A session is over: cleared here, and a tombstone for the other tabs. [AU4] */
function ended(state: AuthState, reason: AnonymousReason, moment: AuthMoment, sessionId: string = state.known?.sessionId ?? ''): AuthStep {
  const { hint } = moment.stored
  // Another session's hint is not ours to bury: compare, then set. It is newer, so it is followed.
  if (hint?.user && hint.sessionId !== sessionId) return follow({ ...state, asking: null }, hint.user, moment)
  const tombstone: SessionHint = { sessionId, generation: after(hint), user: null, ended: reason }
  return anonymous({ ...state, known: tombstone }, reason, { type: 'store', hint: tombstone, token: null })
}

function after(hint: SessionHint | null): number {
  return (hint?.generation ?? 0) + 1
}

function anonymous(state: AuthState, reason: AnonymousReason, ...effects: AuthEffect[]): AuthStep {
  return step({ ...state, view: { state: 'anonymous', reason }, asking: null, timerAt: null }, ...effects)
}
