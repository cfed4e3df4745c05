import type { SignedOutReason, User } from '@symphainy/protocol'
import type { GatewayEnvironment } from '../gateway.js'
import type { SessionRecord, SessionStore } from '../ports/sessionStore.js'
import type { TokenVerifier } from '../ports/tokenVerifier.js'
import { hashSecret, newId, newSecret } from './secrets.js'

export interface SessionsOptions {
  store: SessionStore
  environment: GatewayEnvironment
  /** How long a session lives without being refreshed, in milliseconds. @default 86400000 (a day) */
  idleMs?: number
  /** How long it lives however often it is refreshed, in milliseconds. @default 2592000000 (30 days) */
  absoluteMs?: number
}

export type InvalidReason = 'unauthenticated' | Exclude<SignedOutReason, 'ticket_invalid'>

/** A session with the credential that opens it; the credential is given out once and kept nowhere. [AU1] */
export interface OpenSession {
  record: SessionRecord
  credential: string
}

export type FoundSession = { status: 'valid'; record: SessionRecord } | { status: 'invalid'; reason: InvalidReason }

/** Our own sessions: opened at login, found by credential, refreshed, ended through `Gateway.endSessions`. */
export interface Sessions extends TokenVerifier {
  /** A new session for a user who has just proved who they are. Rejects with `unavailable`. */
  open(user: User, from: { userAgent: string; address: string }): Promise<OpenSession>
  /** The session behind a credential, or why there is none. Rejects with `unavailable`, never "invalid" for that. [AU3] */
  find(credential: string): Promise<FoundSession>
  /** More idle life up to the absolute limit, another credential, the same id. [AU7] */
  refresh(credential: string): Promise<({ status: 'valid' } & OpenSession) | { status: 'invalid'; reason: InvalidReason }>
  /** Why a session is no longer one, or null while it lives. */
  invalidity(record: SessionRecord): InvalidReason | null
}

const DAY_MS = 86_400_000
/** What a credential looks like; anything else is not worth asking the store about. */
const CREDENTIAL_PATTERN = /^[A-Za-z0-9_-]{43}$/
const USER_AGENT_UNITS = 256

/** Why a session is no longer one, or null while it lives. Pure. */
export function invalidityOf(record: SessionRecord, now: number): InvalidReason | null {
  if (record.ended !== undefined) return record.ended.reason === 'ticket_invalid' ? 'revoked' : record.ended.reason
  return record.expiresAt <= now || record.absoluteExpiresAt <= now ? 'expired' : null
}

/** @throws RangeError when a duration is not positive */
export function createSessions({ store, environment, idleMs = DAY_MS, absoluteMs = 30 * DAY_MS }: SessionsOptions): Sessions {
  if (!(idleMs > 0)) throw new RangeError('idleMs must be a positive number of milliseconds')
  if (!(absoluteMs > 0)) throw new RangeError('absoluteMs must be a positive number of milliseconds')
  const { now } = environment

  const find = async (credential: string): Promise<FoundSession> => {
    const record = CREDENTIAL_PATTERN.test(credential) ? await store.byCredential(hashSecret(credential), now()) : null
    if (record === null) return { status: 'invalid', reason: 'unauthenticated' }
    const reason = invalidityOf(record, now())
    return reason === null ? { status: 'valid', record } : { status: 'invalid', reason }
  }

  return {
    find,
    invalidity: (record) => invalidityOf(record, now()),
    async open(user, { userAgent, address }) {
      const credential = newSecret(environment)
      const at = now()
      const record = await store.create({
        id: newId(environment),
        user,
        credentialHash: hashSecret(credential),
        createdAt: at,
        expiresAt: at + Math.min(idleMs, absoluteMs),
        absoluteExpiresAt: at + absoluteMs,
        userAgent: userAgent.slice(0, USER_AGENT_UNITS),
        address,
      })
      return { record, credential }
    },
    async verify(token) {
      const found = await find(token)
      if (found.status === 'invalid') return found
      const { id, user, expiresAt } = found.record
      return { status: 'valid', principal: { sessionId: id, user, expiresAt } }
    },
    async refresh(credential) {
      const found = await find(credential)
      if (found.status === 'invalid') return found
      const next = newSecret(environment)
      const { id, absoluteExpiresAt } = found.record
      const record = await store.rotate({
        id,
        from: hashSecret(credential),
        to: hashSecret(next),
        expiresAt: Math.min(now() + idleMs, absoluteExpiresAt),
        now: now(),
      })
      if (record !== null) return { status: 'valid', record, credential: next }
      // It ended, or its grace did, between the two steps: the store knows which.
      const again = await find(credential)
      return again.status === 'invalid' ? again : { status: 'invalid', reason: 'unauthenticated' }
    },
  }
}
