import { PRESENCE_COOKIE, isUsableToken, type User } from '@symphainy/protocol'
import type { Environment, StoragePort } from '../environment/environment.js'
import type { AnonymousReason } from './authApi.js'

/** Where the hint is. In cookie mode it is all that the browser stores; it proves nothing. [AU2] */
export const HINT_KEY = 'symphainy.session'
/** Where the credential is in bearer mode. [AU1] */
export const TOKEN_KEY = 'symphainy.token'

/** What identifies a state of the storage: compare-and-set goes by it. [AU4] */
export interface HintKey {
  sessionId: string
  /** Grows with every login and logout in this browser profile. */
  generation: number
}

/**
 * Who was signed in when this browser last knew. With `user: null` it is a tombstone: that session ended, for the
 * reason in `ended`, and no late answer may bring it back. [AU4]
 */
export interface SessionHint extends HintKey {
  user: User | null
  /** Milliseconds since the Unix epoch by the platform's clock: for showing, never compared with a clock here. [AU5] */
  expiresAt: number
  ended?: AnonymousReason
}

/** What the browser stored, as far as it could be read. */
export interface Stored {
  hint: SessionHint | null
  /**
   * `maybe`: ask the platform (also when the storage throws or the hint is broken). `absent`: nothing, readably.
   * `unusable`: a bearer token that can be none.
   */
  credential: 'maybe' | 'absent' | 'unusable'
}

export type CredentialMode = 'cookie' | 'bearer' | 'own'

/** Reads what is stored, without a request and without a throw. [AU2] */
export function readStored({ storage, cookies }: Pick<Environment, 'storage' | 'cookies'>, mode: CredentialMode): Stored {
  let hint: SessionHint | null = null
  try {
    const text = storage.get(HINT_KEY)
    hint = text === null ? null : parseHint(text)
    if (mode === 'own') return { hint, credential: 'maybe' }
    if (mode === 'bearer') {
      const token = storage.get(TOKEN_KEY)
      return { hint, credential: isUsableToken(token) ? 'maybe' : token === null ? 'absent' : 'unusable' }
    }
    const nothingHinted = text === null || hint?.user === null
    return { hint, credential: nothingHinted && !hasPresenceCookie(cookies()) ? 'absent' : 'maybe' }
  } catch {
    // Unknown is not absent: the platform is asked.
    return { hint, credential: 'maybe' }
  }
}

function hasPresenceCookie(cookies: string): boolean {
  return cookies.split(/; */).some((cookie) => cookie.startsWith(PRESENCE_COOKIE + '='))
}

/** The hint, or null if the text is none: broken JSON and wrong shapes are like each other. */
export function parseHint(text: string): SessionHint | null {
  try {
    const value = JSON.parse(text) as Partial<SessionHint> | null
    const user = value?.user
    const wholeUser = user === null || (typeof user === 'object' && [user.id, user.name, user.email].every((field) => typeof field === 'string'))
    return wholeUser && typeof value?.sessionId === 'string' && Number.isFinite(value.generation) ? (value as SessionHint) : null
  } catch {
    return null
  }
}

/** Whether two states of the storage are the same. */
export function sameKey(left: HintKey | null, right: HintKey | null): boolean {
  return left?.sessionId === right?.sessionId && left?.generation === right?.generation
}

/** Writes or removes (`null`) one value. A storage that throws costs the memory of it over a reload and nothing else. */
export function store(storage: StoragePort, key: string, value: string | null): void {
  try {
    if (value === null) storage.remove(key)
    else storage.set(key, value)
  } catch {
    // The state of this page is right without it, and the next page asks the platform.
  }
}
