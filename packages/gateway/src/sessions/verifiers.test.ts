import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type JSONWebKeySet } from 'jose'
import { tokenVerifierContract, type VerifierSubject } from '@symphainy/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultEnvironment } from '../environment.js'
import { GatewayError } from '../gatewayError.js'
import { createMemorySessionStore } from '../memory/sessionStore.js'
import { jwksVerifier } from './jwksVerifier.js'
import { hashSecret, newSecret } from './secrets.js'
import { createSessions } from './sessions.js'

const ADA = { id: 'user-ada', name: 'Ada', email: 'ada@example.com' }
const FROM = { userAgent: 'test', address: '192.0.2.1' }
const environment = defaultEnvironment()
const away = (): Promise<never> => Promise.reject(new GatewayError('unavailable'))

describe('our own sessions', () => {
  const make = async (): Promise<VerifierSubject> => {
    const store = createMemorySessionStore()
    const sessions = createSessions({ store, environment })
    const valid = await sessions.open(ADA, FROM)
    const revoked = await sessions.open(ADA, FROM)
    await store.end({ ids: [revoked.record.id] }, 'revoked', environment.now())
    const past = createSessions({ store, environment: { ...environment, now: () => environment.now() - 90_000_000 } })
    const expired = await past.open(ADA, FROM)
    return {
      verifier: sessions,
      valid: { token: valid.credential, principal: { sessionId: valid.record.id, user: ADA, expiresAt: valid.record.expiresAt } },
      expired: expired.credential,
      revoked: revoked.credential,
      unreachable: { verifier: createSessions({ store: { ...store, byCredential: away }, environment }), token: valid.credential },
    }
  }
  for (const c of tokenVerifierContract) it(c.name, () => c.run(make))

  it('[AU1] a credential is 256 random bits, and only its hash is stored', async () => {
    const store = createMemorySessionStore()
    const stored: string[] = []
    const sessions = createSessions({
      store: {
        ...store,
        create: (session) => {
          stored.push(JSON.stringify(session))
          return store.create(session)
        },
      },
      environment,
    })
    const { credential, record } = await sessions.open(ADA, { ...FROM, userAgent: 'x'.repeat(1_000) })
    expect(Buffer.from(credential, 'base64url')).toHaveLength(32)
    expect(stored.join()).not.toContain(credential)
    expect(stored.join()).toContain(hashSecret(credential))
    expect(record.userAgent).toHaveLength(256)
    expect(newSecret(environment)).not.toBe(newSecret(environment))
  })

  it('[AU7] a refresh rotates, keeps the id, and ends at the absolute limit', async () => {
    let now = 1_700_000_000_000
    const sessions = createSessions({ store: createMemorySessionStore(), environment: { ...environment, now: () => now }, idleMs: 1_000, absoluteMs: 2_500 })
    let { credential, record } = await sessions.open(ADA, FROM)
    const lives: number[] = [record.expiresAt - now]
    for (let round = 0; round < 3; round += 1) {
      now += 800
      const refreshed = await sessions.refresh(credential)
      if (refreshed.status === 'invalid') throw new Error(refreshed.reason)
      expect(refreshed.record.id).toBe(record.id)
      expect(refreshed.credential).not.toBe(credential)
      ;({ credential, record } = refreshed)
      lives.push(record.expiresAt - now)
    }
    expect(lives).toEqual([1_000, 1_000, 900, 100])
    now += 100
    expect(await sessions.refresh(credential)).toEqual({ status: 'invalid', reason: 'expired' })
  })

  it('[AU7] two tabs that refresh with the same credential at once both stay in', async () => {
    const sessions = createSessions({ store: createMemorySessionStore(), environment })
    const { credential } = await sessions.open(ADA, FROM)
    const both = await Promise.all([sessions.refresh(credential), sessions.refresh(credential)])
    for (const refreshed of both) expect(refreshed.status === 'valid' && (await sessions.find(refreshed.credential)).status).toBe('valid')
  })

  it('names the option that is wrong', () => {
    expect(() => createSessions({ store: createMemorySessionStore(), environment, idleMs: 0 })).toThrow('idleMs')
    expect(() => createSessions({ store: createMemorySessionStore(), environment, absoluteMs: Number.NaN })).toThrow('absoluteMs')
  })
})

describe.each(['RS256', 'ES256', 'EdDSA'])("another issuer's tokens, %s", (alg) => {
  const issuer = 'https://issuer.example'
  const audience = 'symphainy'
  let keys: JSONWebKeySet
  let pair: Awaited<ReturnType<typeof generateKeyPair>>
  let endpoint: Server
  let jwksUrl: string

  beforeAll(async () => {
    pair = await generateKeyPair(alg, { extractable: true })
    keys = { keys: [{ ...(await exportJWK(pair.publicKey)), alg, kid: 'key-1', use: 'sig' }] }
    endpoint = createServer((_, response) => void response.setHeader('content-type', 'application/json').end(JSON.stringify(keys)))
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve))
    jwksUrl = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/`
  })
  afterAll(() => void endpoint.close())

  const claims = { sub: ADA.id, name: ADA.name, email: ADA.email, sid: 'foreign-session' }
  const sign = (over: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> => {
    const now = Math.floor(Date.now() / 1_000)
    return new SignJWT({ iss: issuer, aud: audience, exp: now + 3_600, ...claims, ...over })
      .setProtectedHeader({ alg, kid: 'key-1', ...header })
      .sign(pair.privateKey)
  }
  const verifier = (over: Partial<Parameters<typeof jwksVerifier>[0]> = {}) =>
    jwksVerifier({ issuer, audience, keys, store: createMemorySessionStore(), environment, ...over })

  const make = async (): Promise<VerifierSubject> => {
    const store = createMemorySessionStore()
    const subject = jwksVerifier({ issuer, audience, jwksUrl, store, environment })
    const now = Math.floor(Date.now() / 1_000)
    const token = await sign()
    const known = await subject.verify(token)
    const revoked = await sign({ sid: 'revoked-session' })
    const other = await subject.verify(revoked)
    if (known.status === 'invalid' || other.status === 'invalid') throw new Error('the subject is broken')
    await store.end({ ids: [other.principal.sessionId] }, 'revoked', Date.now())
    return {
      verifier: subject,
      valid: { token, principal: { sessionId: known.principal.sessionId, user: ADA, expiresAt: known.principal.expiresAt } },
      expired: await sign({ exp: now - 10 }),
      revoked,
      unreachable: { verifier: jwksVerifier({ issuer, audience, jwksUrl: 'http://127.0.0.1:9/', store, environment }), token },
    }
  }
  for (const c of tokenVerifierContract) it(c.name, () => c.run(make))

  it('[AU8] wrong issuer, audience or claims are invalid', async () => {
    const unauthenticated = { status: 'invalid', reason: 'unauthenticated' }
    for (const over of [
      { iss: 'https://evil.example' },
      { aud: 'other' },
      { sub: undefined },
      { exp: undefined },
      { sub: '' },
      { nbf: Math.floor(Date.now() / 1_000) + 600 },
    ]) {
      expect(await verifier().verify(await sign(over)), JSON.stringify(over)).toEqual(unauthenticated)
    }
  })

  it('[AU8] none, and HMAC with the public key as its secret, are invalid', async () => {
    const unauthenticated = { status: 'invalid', reason: 'unauthenticated' }
    const [, payload] = (await sign()).split('.')
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
    const secret = new TextEncoder().encode(await exportSPKI(pair.publicKey))
    const confused = await new SignJWT({ iss: issuer, aud: audience, exp: 9_999_999_999, ...claims })
      .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
      .sign(secret)
    for (const token of [none, `${none}x`, confused]) expect(await verifier().verify(token)).toEqual(unauthenticated)
  })

  it('[AU8] another key with the same id is invalid', async () => {
    const other = await generateKeyPair(alg)
    const token = await new SignJWT({ iss: issuer, aud: audience, exp: 9_999_999_999, ...claims })
      .setProtectedHeader({ alg, kid: 'key-1' })
      .sign(other.privateKey)
    expect((await verifier().verify(token)).status).toBe('invalid')
  })

  it('[AU8] without sid the session is the user on the device, and without a device there is none', async () => {
    const token = await sign({ sid: undefined })
    const subject = verifier()
    const sessionOf = async (device: string): Promise<string> => {
      const verified = await subject.verify(token, { device })
      return verified.status === 'valid' ? verified.principal.sessionId : verified.reason
    }
    expect(await subject.verify(token)).toEqual({ status: 'invalid', reason: 'unauthenticated' })
    expect(await sessionOf('device-1')).toBe(await sessionOf('device-1'))
    expect(await sessionOf('device-1')).not.toBe(await sessionOf('device-2'))
  })

  it("[AU8] one user's session id in another's token is invalid", async () => {
    const subject = verifier()
    await subject.verify(await sign())
    expect(await subject.verify(await sign({ sub: 'user-eve' }))).toEqual({ status: 'invalid', reason: 'unauthenticated' })
  })
})
