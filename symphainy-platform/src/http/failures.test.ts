import { join } from 'node:path'
import type { SessionResponse } from '@symphainy/protocol'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestPlatform, type TestPlatform } from '../fixtures/testPlatform.js'
import { DATABASE_FILE } from '../stores/database.js'

let test: TestPlatform
beforeAll(async () => {
  test = await startTestPlatform({}, { database: { busyTimeoutMs: 50 } })
})
afterAll(() => test.close())

it('the database locked: 503 with a time, never a logout; and all is well afterwards', async () => {
  const ada = test.visitor()
  const { session } = await ada.register()
  const cookie = ada.cookies.get('symphainy_session')
  const other = new DatabaseSync(join(test.dataDir, DATABASE_FILE))
  other.exec('begin immediate')
  for (const [method, url, body] of [
    ['POST', '/api/auth/ws-ticket', {}],
    ['POST', '/api/auth/refresh', undefined],
    ['POST', '/api/auth/logout', undefined],
    ['POST', '/api/auth/register', { name: 'Bob', email: 'bob@example.com', password: 'a good password' }],
    ['POST', '/api/auth/login', { email: ada.email, password: ada.password }],
    ['DELETE', '/api/account', undefined],
  ] as const) {
    const response = await ada.call(method, url, body)
    expect([url, response.statusCode, response.json<{ error: { code: string } }>().error.code]).toEqual([url, 503, 'unavailable'])
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
    expect(response.headers['set-cookie']).toBeUndefined()
  }
  // Reading goes on, only without a ticket.
  const validated = await ada.call('GET', '/api/auth/session', undefined, { 'sec-fetch-site': 'same-origin' })
  expect([validated.statusCode, validated.json<SessionResponse>().ticket]).toEqual([200, null])
  expect((await ada.call('GET', '/readyz')).statusCode).toBe(503)
  expect((await ada.call('GET', '/healthz')).statusCode).toBe(200)
  other.exec('rollback')
  other.close()
  expect(ada.cookies.get('symphainy_session')).toBe(cookie)
  expect((await ada.call('GET', '/api/auth/session')).json<SessionResponse>().session.id).toBe(session.id)
  expect((await ada.call('POST', '/api/auth/ws-ticket', {})).statusCode).toBe(201)
})

it('[L20] readiness asks the database at most once a second, however often it is asked', async () => {
  const { database } = test.platform
  const check = database.check.bind(database)
  let asked = 0
  database.check = () => {
    asked += 1
    return check()
  }
  test.advance(2000)
  const statuses = await Promise.all(Array.from({ length: 200 }, async () => (await test.platform.http.inject('/readyz')).statusCode))
  database.check = check
  expect(new Set(statuses)).toEqual(new Set([200]))
  expect(asked).toBe(1)
})

it('[AU3] the database gone: every call says 503, none 401', async () => {
  const ada = test.visitor()
  await ada.register()
  await test.platform.database.close()
  for (const url of ['/api/auth/session', '/api/auth/sessions', '/api/conversations', '/api/account/export']) {
    const response = await ada.call('GET', url)
    expect([url, response.statusCode, response.headers['set-cookie']]).toEqual([url, 503, undefined])
  }
  expect((await ada.call('POST', '/api/auth/logout')).statusCode).toBe(503)
  test.advance(2000)
  expect((await ada.call('GET', '/readyz')).json()).toEqual({ status: 'database unavailable' })
  expect(ada.cookies.size).toBe(2)
})
