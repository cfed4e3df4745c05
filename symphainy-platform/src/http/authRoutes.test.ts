import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RefreshResponse, SessionResponse } from '@symphainy/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestPlatform, type TestPlatform } from '../fixtures/testPlatform.js'

let test: TestPlatform
beforeAll(async () => {
  test = await startTestPlatform()
})
afterAll(() => test.close())

const setCookies = (response: { headers: Record<string, unknown> }): string[] => [response.headers['set-cookie'] ?? []].flat() as string[]

describe('cookie mode', () => {
  it('[AU1] [AU2] an account comes with a cookie that no script reads, and one that says so', async () => {
    const ada = test.visitor()
    const response = await ada.call('POST', '/api/auth/register', { name: 'Ada', email: ada.email, password: ada.password })
    expect(response.statusCode).toBe(201)
    const [session, presence] = setCookies(response)
    expect(session).toMatch(/^symphainy_session=[\w-]{43}; Path=\/; SameSite=Lax; HttpOnly; Max-Age=86400$/)
    expect(presence).toMatch(/^symphainy_present=1; Path=\/; SameSite=Lax; Max-Age=86400$/)
    const answer = response.json<SessionResponse>()
    expect(answer.user).toEqual({ id: expect.any(String) as string, name: 'Ada', email: ada.email })
    expect(answer.session.expiresInMs).toBeGreaterThan(86_000_000)
    expect(answer.ticket).toMatch(/^[\w-]{22,}$/)
    expect(answer.token).toBeUndefined()
    expect(response.headers['cache-control']).toBe('no-store')
  })

  it('[AU1] the credential is stored only as a hash', async () => {
    const ada = test.visitor()
    const { ticket } = await ada.register()
    const credential = ada.cookies.get('symphainy_session') ?? 'none'
    const stored = readdirSync(test.dataDir)
      .map((name) => readFileSync(join(test.dataDir, name), 'latin1'))
      .join('')
    expect(stored).toContain(ada.email)
    for (const secret of [credential, ticket ?? 'none', ada.password]) expect(stored).not.toContain(secret)
  })

  it('[AU3] a validation says who, how long, and when; a second one gives the same session', async () => {
    const ada = test.visitor()
    const registered = await ada.register()
    const response = await ada.call('GET', '/api/auth/session')
    expect(response.statusCode).toBe(200)
    expect(response.json<SessionResponse>()).toMatchObject({ user: registered.user, session: { id: registered.session.id } })
    expect(Math.abs(response.json<SessionResponse>().serverNow - Date.now())).toBeLessThan(5000)
  })

  it('[AU1] no 401 sets or deletes a cookie', async () => {
    const forged = test.visitor()
    forged.cookies.set('symphainy_session', 'f'.repeat(43))
    const expired = test.visitor()
    await expired.register()
    const revoked = test.visitor()
    await revoked.register()
    const other = await revoked.elsewhere()
    await other.call('DELETE', '/api/auth/sessions/others')
    const codes: string[] = []
    for (const visitor of [test.visitor(), forged, revoked]) {
      for (const [method, url] of [
        ['GET', '/api/auth/session'],
        ['POST', '/api/auth/ws-ticket'],
        ['POST', '/api/auth/refresh'],
        ['GET', '/api/conversations'],
        ['GET', '/api/account/export'],
      ] as const) {
        const response = await visitor.call(method, url)
        expect(response.statusCode).toBe(401)
        expect(setCookies(response)).toEqual([])
        codes.push(response.json<{ error: { code: string } }>().error.code)
      }
    }
    expect(codes).toEqual([...Array<string>(10).fill('unauthenticated'), ...Array<string>(5).fill('revoked')])
    test.advance(86_400_000)
    const late = await expired.call('GET', '/api/auth/session')
    expect([late.statusCode, late.json<{ error: { code: string } }>().error.code, setCookies(late)]).toEqual([401, 'expired', []])
  })

  it('[L10] logout revokes the session, takes the cookies away, and may be repeated', async () => {
    const ada = test.visitor()
    await ada.register()
    const credential = ada.cookies.get('symphainy_session') ?? ''
    const response = await ada.call('POST', '/api/auth/logout')
    expect(response.statusCode).toBe(204)
    expect(setCookies(response).every((cookie) => cookie.includes('Max-Age=0'))).toBe(true)
    expect(setCookies(response)).toHaveLength(2)
    expect((await ada.call('POST', '/api/auth/logout')).statusCode).toBe(204)
    ada.cookies.set('symphainy_session', credential)
    expect((await ada.call('GET', '/api/auth/session')).statusCode).toBe(401)
  })

  it('[AU7] the credential before a refresh is good for 30 s, so that two tabs never sign each other out', async () => {
    const ada = test.visitor()
    const { session } = await ada.register()
    const tab = test.visitor()
    tab.cookies.set('symphainy_session', ada.cookies.get('symphainy_session') ?? '')
    const refreshed = await ada.call('POST', '/api/auth/refresh')
    expect(refreshed.json<RefreshResponse>().session.id).toBe(session.id)
    expect(ada.cookies.get('symphainy_session')).not.toBe(tab.cookies.get('symphainy_session'))
    const old = tab.cookies.get('symphainy_session') ?? ''
    expect((await tab.call('GET', '/api/auth/session')).statusCode).toBe(200)
    expect((await tab.call('POST', '/api/auth/refresh')).statusCode).toBe(200)
    test.advance(31_000)
    expect((await ada.call('GET', '/api/auth/session')).statusCode).toBe(200)
    expect((await tab.call('GET', '/api/auth/session')).statusCode).toBe(200)
    tab.cookies.set('symphainy_session', old)
    expect((await tab.call('GET', '/api/auth/session')).statusCode).toBe(401)
  })

  it('[AU7] login while logged in ends the session before, whoever it was', async () => {
    const ada = test.visitor()
    await ada.register()
    const first = ada.cookies.get('symphainy_session') ?? ''
    const { session } = await ada.login()
    const before = test.visitor()
    before.cookies.set('symphainy_session', first)
    expect((await before.call('GET', '/api/auth/session')).json()).toMatchObject({ error: { code: 'revoked' } })
    expect((await ada.call('GET', '/api/auth/session')).json<SessionResponse>().session.id).toBe(session.id)
  })

  it('[AU7] changing the password ends the other sessions and not this one', async () => {
    const ada = test.visitor()
    await ada.register()
    const other = await ada.elsewhere()
    expect((await ada.call('POST', '/api/auth/password', { current: 'not it at all', next: 'another password' })).json()).toMatchObject({
      error: { code: 'invalid_credentials' },
    })
    expect((await other.call('GET', '/api/auth/session')).statusCode).toBe(200)
    expect((await ada.call('POST', '/api/auth/password', { current: ada.password, next: 'short' })).json()).toMatchObject({
      error: { code: 'invalid', field: 'next' },
    })
    expect((await ada.call('POST', '/api/auth/password', { current: ada.password, next: 'another password' })).statusCode).toBe(204)
    expect((await other.call('GET', '/api/auth/session')).statusCode).toBe(401)
    expect((await ada.call('GET', '/api/auth/session')).statusCode).toBe(200)
    expect((await other.call('POST', '/api/auth/login', { email: ada.email, password: ada.password })).statusCode).toBe(401)
    expect((await other.call('POST', '/api/auth/login', { email: ada.email, password: 'another password' })).statusCode).toBe(200)
  })
})

describe('bearer mode', () => {
  it('[AU1] [AU9] gives the token in the answer and no cookie; the same calls take it', async () => {
    const app = test.visitor({ bearer: true })
    const response = await app.call('POST', '/api/auth/register', { name: 'App', email: app.email, password: app.password })
    expect(setCookies(response)).toEqual([])
    const { token, session } = response.json<SessionResponse>()
    expect(token).toMatch(/^[\w-]{43}$/)
    app.token = token
    const validated = await app.call('GET', '/api/auth/session')
    expect(validated.json<SessionResponse>().session.id).toBe(session.id)
    expect(validated.json<SessionResponse>().token).toBeUndefined()
    const refreshed = await app.call('POST', '/api/auth/refresh')
    expect(setCookies(refreshed)).toEqual([])
    expect(refreshed.json<RefreshResponse>().token).not.toBe(token)
    app.token = refreshed.json<RefreshResponse>().token
    expect((await app.call('POST', '/api/auth/ws-ticket', {})).statusCode).toBe(201)
    expect((await app.call('POST', '/api/auth/logout')).statusCode).toBe(204)
    expect((await app.call('GET', '/api/auth/session')).statusCode).toBe(401)
  })

  it('[L13] blank, placeholder and forged tokens are refused', async () => {
    for (const token of ['token_placeholder', ' ', 'null', 'undefined', 'x'.repeat(43), 'y'.repeat(5000)]) {
      const response = await test.visitor().call('GET', '/api/auth/session', undefined, { authorization: `Bearer ${token}` })
      expect([response.statusCode, response.json<{ error: { code: string } }>().error.code]).toEqual([401, 'unauthenticated'])
    }
  })
})

describe('https', () => {
  it('[AU1] [AU9] cookies are Secure and bear the __Host- prefix, and the browser is told to stay with https', async () => {
    const secure = await startTestPlatform({ PUBLIC_ORIGIN: 'https://chat.example.com' })
    const ada = secure.visitor()
    const response = await ada.call('POST', '/api/auth/register', { name: 'Ada', email: ada.email, password: ada.password })
    expect(setCookies(response)[0]).toMatch(/^__Host-symphainy_session=[\w-]{43}; Path=\/; SameSite=Lax; Secure; HttpOnly; Max-Age=\d+$/)
    expect(setCookies(response)[1]).toMatch(/^symphainy_present=1; .*Secure/)
    expect(response.headers['strict-transport-security']).toContain('max-age=')
    expect(response.headers['content-security-policy']).toContain('wss://chat.example.com')
    expect((await ada.call('GET', '/api/auth/session')).statusCode).toBe(200)
    ada.cookies.set('symphainy_session', ada.cookies.get('__Host-symphainy_session') ?? '')
    ada.cookies.delete('__Host-symphainy_session')
    expect((await ada.call('GET', '/api/auth/session')).statusCode).toBe(401)
    expect(
      (await secure.visitor({ origin: 'http://localhost:3000' }).call('POST', '/api/auth/login', { email: ada.email, password: ada.password })).statusCode,
    ).toBe(403)
    await secure.close()
  })
})

describe('devices', () => {
  it('names the browser in words, marks the one that asks, and signs out one or all others', async () => {
    const ada = test.visitor()
    await ada.register()
    const phone = await ada.elsewhere({
      userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
      address: '192.0.2.7',
    })
    const work = await ada.elsewhere()
    const list = async (): Promise<{ id: string; browser: string; address: string; current: boolean }[]> =>
      (await ada.call('GET', '/api/auth/sessions')).json<{ devices: { id: string; browser: string; address: string; current: boolean }[] }>().devices
    const devices = await list()
    expect(devices).toHaveLength(3)
    expect(devices.filter(({ current }) => current)).toMatchObject([{ browser: 'Firefox on Linux' }])
    const phones = devices.find(({ address }) => address === '192.0.2.7')
    expect(phones?.browser).toBe('Safari on iPhone')
    expect((await ada.call('DELETE', `/api/auth/sessions/${phones?.id}`)).statusCode).toBe(204)
    expect((await phone.call('GET', '/api/auth/session')).statusCode).toBe(401)
    expect((await work.call('GET', '/api/auth/session')).statusCode).toBe(200)
    expect((await ada.call('DELETE', '/api/auth/sessions/others')).statusCode).toBe(204)
    expect((await work.call('GET', '/api/auth/session')).statusCode).toBe(401)
    expect(await list()).toHaveLength(1)
  })

  it('[S7] somebody else’s session is the same as none', async () => {
    const ada = test.visitor()
    const { session } = await ada.register()
    const mallory = test.visitor()
    await mallory.register()
    expect((await mallory.call('DELETE', `/api/auth/sessions/${session.id}`)).statusCode).toBe(404)
    expect((await ada.call('GET', '/api/auth/session')).statusCode).toBe(200)
  })
})

describe('registration', () => {
  it('one account an email, however it is spelt', async () => {
    const ada = test.visitor()
    await ada.register()
    const response = await test
      .visitor()
      .call('POST', '/api/auth/register', { name: 'Ada', email: `  ${ada.email.toUpperCase()} `, password: 'another password' })
    expect([response.statusCode, response.json<{ error: { code: string } }>().error.code]).toEqual([409, 'email_taken'])
    expect((await test.visitor().call('POST', '/api/auth/login', { email: ada.email.toUpperCase(), password: ada.password })).statusCode).toBe(200)
  })

  it('of ten registrations of one email at once, one is made', async () => {
    const statuses = await Promise.all(
      Array.from(
        { length: 10 },
        async () =>
          (await test.visitor().call('POST', '/api/auth/register', { name: 'Ada', email: 'at-once@example.com', password: 'a good password' })).statusCode,
      ),
    )
    expect(statuses.toSorted((a, b) => a - b)).toEqual([201, ...Array<number>(9).fill(409)])
  })

  it('closed, and by invitation', async () => {
    const closed = await startTestPlatform({ REGISTRATION: 'closed' })
    const body = { name: 'Ada', email: 'ada@example.com', password: 'a good password' }
    expect((await closed.visitor().call('POST', '/api/auth/register', body)).json()).toMatchObject({ error: { code: 'registration_closed' } })
    await closed.close()
    const invite = await startTestPlatform({ REGISTRATION: 'invite', INVITATION_CODES: 'spring,autumn' })
    expect((await invite.visitor().call('POST', '/api/auth/register', body)).json()).toMatchObject({ error: { code: 'invitation_required' } })
    expect((await invite.visitor().call('POST', '/api/auth/register', { ...body, invitation: 'winter' })).statusCode).toBe(403)
    expect((await invite.visitor().call('POST', '/api/auth/register', { ...body, invitation: 'autumn' })).statusCode).toBe(201)
    await invite.close()
  })
})
