import { createHash } from 'node:crypto'
import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import type { User } from '@symphainy/protocol'
import type { GatewayEnvironment } from '../gateway.js'
import { GatewayError } from '../gatewayError.js'
import type { SessionStore } from '../ports/sessionStore.js'
import type { TokenVerifier, Verification } from '../ports/tokenVerifier.js'
import { invalidityOf } from './sessions.js'

export interface JwksVerifierOptions {
  /** The `iss` that a token must have, exactly. */
  issuer: string
  /** The `aud` that a token must have. */
  audience: string
  /** Where the issuer's public keys are; or `keys`. */
  jwksUrl?: string
  /** The issuer's public keys themselves. */
  keys?: JSONWebKeySet
  /** Remembers the sessions, so that one that was revoked here stays revoked. */
  store: SessionStore
  environment: GatewayEnvironment
  /** Whom a token's claims stand for. @default id: `sub`, name: `name`, email: `email` */
  userOf?: (claims: JWTPayload & { sub: string }) => User
  /** How long to wait for the keys, in milliseconds. @default 5000 */
  timeoutMs?: number
}

/** [AU8] Signatures by a key pair only: no `none`, and no HMAC that would take a public key for a secret. */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA']
const JWT_PATTERN = /^[\w-]+\.[\w-]+\.[\w-]+$/
const LONGEST_TOKEN = 16_384

const unauthenticated: Verification = { status: 'invalid', reason: 'unauthenticated' }
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

function defaultUser(claims: JWTPayload & { sub: string }): User {
  return { id: claims.sub, name: text(claims['name']) ?? text(claims['preferred_username']) ?? claims.sub, email: text(claims['email']) ?? '' }
}

/**
 * Lets another issuer vouch for users. The session is the token's `sid`, else its `sub` with the device id that the
 * client keeps. [AU8]
 * @throws TypeError when neither or both of `jwksUrl` and `keys` are given
 */
export function jwksVerifier(options: JwksVerifierOptions): TokenVerifier {
  const { issuer, audience, jwksUrl, keys, store, environment, userOf = defaultUser, timeoutMs = 5_000 } = options
  if ((jwksUrl === undefined) === (keys === undefined)) throw new TypeError('jwksVerifier: give either jwksUrl or keys')
  const keySet: JWTVerifyGetKey = keys === undefined ? createRemoteJWKSet(new URL(jwksUrl as string), { timeoutDuration: timeoutMs }) : createLocalJWKSet(keys)

  const claimsOf = async (token: string): Promise<JWTPayload | Verification> => {
    const check = { issuer, audience, algorithms: ALGORITHMS, requiredClaims: ['sub', 'exp'], currentDate: new Date(environment.now()) }
    try {
      return (await jwtVerify(token, keySet, check)).payload
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { status: 'invalid', reason: 'expired' }
      if (saysInvalid(error)) return unauthenticated
      // jose's own errors name hosts and codes, never the token.
      throw new GatewayError('unavailable', { cause: error })
    }
  }

  return {
    async verify(token, { device } = {}) {
      if (token.length > LONGEST_TOKEN || !JWT_PATTERN.test(token)) return unauthenticated
      const claims = await claimsOf(token)
      if ('status' in claims) return claims as Verification
      const { sub, exp } = claims
      const handle = text(claims['sid']) ?? (sub === undefined || device === undefined ? undefined : `${sub}\n${device}`)
      if (text(sub) === undefined || exp === undefined || handle === undefined) return unauthenticated
      const user = userOf(claims as JWTPayload & { sub: string })
      const now = environment.now()
      const expiresAt = exp * 1_000
      // Hashed, so that an issuer's handle has the form of an id and cannot meet one of ours.
      const id = createHash('sha256').update(`${issuer}\n${handle}`).digest('base64url')
      const record = await store.adopt({ id, user, createdAt: now, expiresAt, absoluteExpiresAt: Number.MAX_SAFE_INTEGER, userAgent: '', address: '' })
      if (record.user.id !== user.id) return unauthenticated
      const reason = record.ended === undefined ? null : invalidityOf(record, now)
      return reason === null ? { status: 'valid', principal: { sessionId: id, user, expiresAt } } : { status: 'invalid', reason }
    },
  }
}

const INVALID = [
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
]

/** Whether the error is the token's fault; the others are the key endpoint's. */
function saysInvalid(error: unknown): boolean {
  return INVALID.some((kind) => error instanceof kind)
}
