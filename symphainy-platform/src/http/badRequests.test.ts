import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ErrorResponse } from '@symphainy/protocol'
import { startTestPlatform, type TestPlatform } from '../fixtures/testPlatform.js'

let test: TestPlatform
beforeAll(async () => {
  test = await startTestPlatform({ ALLOWED_ORIGINS: 'https://app.example.com' })
})
afterAll(() => test.close())

const errorOf = (response: { json: <T>() => T }): ErrorResponse['error'] => response.json<ErrorResponse>().error

describe('bodies', () => {
  const raw = (payload: string, type = 'application/json') =>
    test.platform.http.inject({ method: 'POST', url: '/api/auth/login', headers: { origin: test.origin, 'content-type': type }, payload })

  it.each([
    ['rubbish', 'not json at all', 400, 'invalid_json'],
    ['cut short', '{"email":"ada@example.com","passw', 400, 'invalid_json'],
    ['reaching into prototypes', '{"__proto__":{"admin":true},"email":"a@example.com","password":"x"}', 400, 'invalid_json'],
    ['1 MB', JSON.stringify({ email: 'a@example.com', password: 'x'.repeat(1_000_000) }), 413, 'too_long'],
    ['a list', '[]', 422, 'invalid'],
    ['null', 'null', 422, 'invalid'],
    ['a number', '42', 422, 'invalid'],
    ['empty', '', 422, 'invalid'],
    ['nested 10,000 deep', `{"email":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 422, 'invalid'],
  ])('%s: a clear refusal', async (_, payload, status, code) => {
    const response = await raw(payload)
    expect([response.statusCode, errorOf(response).code]).toEqual([status, code])
    expect(errorOf(response).message).toMatch(/^[A-Z].*\.$/)
    expect(response.headers['cache-control']).toBe('no-store')
  })

  it('an address that cannot be read is named as such, not as a body', async () => {
    const response = await test.platform.http.inject({ method: 'GET', url: '/%' })
    expect([response.statusCode, errorOf(response).code, errorOf(response).message]).toEqual([400, 'invalid', 'The address is not valid.'])
  })

  it('what a form of a foreign page can send is refused before it is read', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      expect((await raw('{}', type)).statusCode).toBe(415)
  })

  it.each<[string, unknown, string]>([
    ['no name', { email: 'a@example.com', password: 'a good password' }, 'name'],
    ['a blank name', { name: ' \u200B ', email: 'a@example.com', password: 'a good password' }, 'name'],
    ['a name that is a list', { name: ['Ada'], email: 'a@example.com', password: 'a good password' }, 'name'],
    ['a long name', { name: 'A'.repeat(81), email: 'a@example.com', password: 'a good password' }, 'name'],
    ['half a character', { name: 'Ada \uD800', email: 'a@example.com', password: 'a good password' }, 'name'],
    ['no email', { name: 'Ada', password: 'a good password' }, 'email'],
    ['an email that is none', { name: 'Ada', email: 'ada at example', password: 'a good password' }, 'email'],
    ['a number for an email', { name: 'Ada', email: 7, password: 'a good password' }, 'email'],
    ['a short password', { name: 'Ada', email: 'a@example.com', password: '1234567' }, 'password'],
    ['an object for a password', { name: 'Ada', email: 'a@example.com', password: { $ne: '' } }, 'password'],
    ['a password of 10,000 characters', { name: 'Ada', email: 'a@example.com', password: 'x'.repeat(10_000) }, 'password'],
  ])('register with %s: 422 that names the field', async (_, body, field) => {
    const response = await test.visitor().call('POST', '/api/auth/register', body)
    expect([response.statusCode, errorOf(response).code, errorOf(response).field]).toEqual([422, 'invalid', field])
  })

  it('HTML and script in a name stay text', async () => {
    const name = '<img src=x onerror=alert(1)> & "Ada"'
    const ada = test.visitor()
    expect((await ada.register(name)).user.name).toBe(name)
    const response = await ada.call('GET', '/api/auth/session')
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(response.headers['x-content-type-options']).toBe('nosniff')
  })

  it('wrong ids, cursors and limits are refused, and none is an error of ours', async () => {
    const ada = test.visitor()
    await ada.register()
    for (const [url, status] of [
      ['/api/conversations?limit=0', 422],
      ['/api/conversations?limit=1e3', 422],
      ['/api/conversations?before=rubbish', 200],
      [`/api/conversations?search=${'x'.repeat(300)}`, 422],
      ['/api/conversations?search=%25_%5C', 200],
      ['/api/conversations/..%2F..%2Fetc/messages', 422],
      ['/api/conversations/@user/messages', 422],
      ['/api/conversations/unknown-conversation/messages', 404],
      ['/api/nothing-here', 404],
      ['/api/%', 400],
    ] as const) {
      const response = await ada.call('GET', url)
      expect([url, response.statusCode]).toEqual([url, status])
      if (status !== 200) expect(errorOf(response).message).not.toBe('')
    }
  })
})

describe('origins', () => {
  const login = (origin: string | null) => test.visitor({ origin }).call('POST', '/api/auth/login', { email: 'nobody@example.com', password: 'wrong password' })

  it.each([
    'https://evil.example',
    'null',
    'http://localhost.evil.example',
    'http://evil.example?http://localhost:3000',
    'https://app.example.com.evil.example',
    'http://app.example.com',
    'file://',
    '',
  ])('[CN3] [L25] a foreign one (%s) changes nothing: 403, and no CORS', async (origin) => {
    const response = await login(origin)
    expect([response.statusCode, errorOf(response).code]).toEqual([403, 'origin_refused'])
    expect(response.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('[CN3] a missing one is refused in cookie mode; the log names the setting that would allow it', async () => {
    expect((await login(null)).statusCode).toBe(403)
    expect(test.logged()).toMatch(/"origin":"https:\/\/evil\.example".*ALLOWED_ORIGINS/)
  })

  it('the platform’s own, the allowed ones and loopback names get in', async () => {
    for (const origin of [test.origin, 'https://app.example.com', 'http://localhost:5173', 'http://127.0.0.1', 'http://[::1]:8080'])
      expect((await login(origin)).statusCode).toBe(401)
  })

  it('[AU1] in bearer mode a program without an origin gets in, and a foreign page does not', async () => {
    const body = { email: 'nobody-else@example.com', password: 'wrong password' }
    expect((await test.visitor({ origin: null, bearer: true }).call('POST', '/api/auth/login', body)).statusCode).toBe(401)
    expect((await test.visitor({ origin: 'https://evil.example', bearer: true }).call('POST', '/api/auth/login', body)).statusCode).toBe(403)
  })

  it('[AU1] CORS allows the allowed origins to send a token, never a cookie', async () => {
    const preflight = (origin: string) =>
      test.platform.http.inject({
        method: 'OPTIONS',
        url: '/api/auth/session',
        headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' },
      })
    const allowed = await preflight('https://app.example.com')
    expect(allowed.statusCode).toBe(204)
    expect(allowed.headers['access-control-allow-origin']).toBe('https://app.example.com')
    expect(allowed.headers['access-control-allow-headers']).toContain('authorization')
    expect(allowed.headers['access-control-allow-credentials']).toBeUndefined()
    expect(allowed.headers['vary']).toContain('Origin')
    const foreign = await preflight('https://evil.example')
    expect(foreign.statusCode).toBe(403)
    expect(foreign.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('a ticket is for one origin: without one there is none', async () => {
    const app = test.visitor({ origin: null, bearer: true })
    expect((await app.register()).ticket).toBeNull()
    expect((await app.call('POST', '/api/auth/ws-ticket', {})).statusCode).toBe(403)
    // A same-origin GET has no Origin; the browser says that it is one.
    const page = test.visitor()
    await page.register()
    const { headers } = { headers: { 'sec-fetch-site': 'same-origin', host: new URL(test.origin).host } }
    const validated = await test.platform.http.inject({
      method: 'GET',
      url: '/api/auth/session',
      headers: { ...headers, cookie: `symphainy_session=${page.cookies.get('symphainy_session')}` },
    })
    expect(validated.json<{ ticket: string | null }>().ticket).not.toBeNull()
  })
})
