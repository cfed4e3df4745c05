import { PRESENCE_COOKIE, isUsableToken, type User } from '@symphainy/protocol'
import type { Environment } from '../environment/environment.js'
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
  expiresAt?: number
  ended?: AnonymousReason
}

/** What the browser stored, as far as it could be read. */
export interface Stored {
  hint: SessionHint | null
  /**
   * `maybe`: ask the platform (also when the storage throws or the hint is broken). `absent`: nothing, readably.
   * `unusable`: a bearer token that can be none. `own`: the app's, so that nothing here says whose it is.
   */
  credential: 'maybe' | 'absent' | 'unusable' | 'own'
}

export type CredentialMode = 'cookie' | 'bearer' | 'own'

/** The browser's storage, which may throw, behind two functions that do not. */
export interface Keep {
  /** Undefined: nobody can say. */
  read(key: string): string | null | undefined
  /** Null removes it. */
  write(key: string, value: string | null): void
}

/** What the browser refuses to keep is kept for as long as the page lives. [AU2] */
export function createKeep({ storage }: Pick<Environment, 'storage'>): Keep {
  const refused = new Map<string, string | null>()
  return {
    read: (key) => (refused.has(key) ? refused.get(key) : attempt(() => storage.get(key))),
    write(key, value) {
      refused.set(key, value)
      attempt(() => {
        if (value === null) storage.remove(key)
        else storage.set(key, value)
        refused.delete(key)
      })
    },
  }
}

/** Reads what is stored, without a request and without a throw. [AU2] */
export function readStored({ read }: Keep, environment: Pick<Environment, 'cookies'>, mode: CredentialMode): Stored {
  const text = read(HINT_KEY)
  const hint = parseHint(text ?? '')
  if (mode === 'own') return { hint, credential: mode }
  const token = mode === 'bearer' ? read(TOKEN_KEY) : text === null || hint?.user === null ? presence(environment) : undefined
  // Unknown is not absent: the platform is asked.
  return { hint, credential: token === null ? 'absent' : token === undefined || isUsableToken(token) ? 'maybe' : 'unusable' }
}

/** Whether a session cookie was set: null says that none was, undefined that there may be one. */
function presence(environment: Pick<Environment, 'cookies'>): null | undefined {
  const cookies = attempt(() => environment.cookies())
  return cookies === undefined || `; ${cookies}`.includes(`; ${PRESENCE_COOKIE}=`) ? undefined : null
}

/** The hint, or null if the text is none: broken JSON and wrong shapes are like each other. */
function parseHint(text: string): SessionHint | null {
  const hint = attempt(() => JSON.parse(text) as Partial<SessionHint> | null)
  const user = hint?.user
  const isRead = user === null || (['id', 'name', 'email'] as const).every((field) => typeof user?.[field] === 'string')
  return isRead && typeof hint?.sessionId === 'string' && Number.isFinite(hint.generation) ? (hint as SessionHint) : null
}

/** Whether two states of the storage are the same. */
export function sameKey(left: HintKey | null, right: HintKey | null): boolean {
  return left?.sessionId === right?.sessionId && left?.generation === right?.generation
}

/** What a browser gives, or undefined if it throws. */
function attempt<T>(get: () => T): T | undefined {
  try {
    return get()
  } catch {
    // Blocked, full or broken: this page is right without it, and the next one asks the platform.
    return undefined
  }
}
