import { CREDENTIAL_MODE_HEADER, type SessionResponse, type TicketResponse } from '@symphainy/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestPlatform, type TestPlatform } from './createTestPlatform.js'
import { TestSocket } from './testSocket.js'

const platforms: TestPlatform[] = []
afterEach(async () => {
  await Promise.all(platforms.splice(0).map((platform) => platform.close()))
})

async function start(): Promise<{
  platform: TestPlatform
  call(method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<Response>
}> {
  const platform = await createTestPlatform()
  platforms.push(platform)
  return {
    platform,
    call: (method, path, { body, headers } = {}) =>
      fetch(platform.url + path, { method, headers: { origin: platform.origin, ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
  }
}

describe('the test platform', () => {
  it('signs in with a cookie, gives a first ticket, connects, and signs out everywhere', async () => {
    const { platform, call } = await start()
    const login = await call('POST', '/api/auth/login', { body: { email: 'ada@example.com' } })
    const cookie = login.headers
      .getSetCookie()
      .map((item) => item.split(';')[0])
      .join('; ')
    const { user, ticket, token } = (await login.json()) as SessionResponse
    expect(user.name).toBe('ada')
    expect(token).toBeUndefined()
    const socket = new TestSocket(platform.socketUrl, { ticket: ticket ?? '', origin: platform.origin })
    await socket.next('ready')
    const session = (await (await call('GET', '/api/auth/session', { headers: { cookie } })).json()) as SessionResponse
    expect(session.ticket).toBeNull()
    const busy = await call('POST', '/api/auth/ws-ticket', { headers: { cookie }, body: { ifIdle: true } })
    expect(busy.status).toBe(409)
    expect((await call('POST', '/api/auth/logout', { headers: { cookie } })).status).toBe(204)
    expect(await socket.closed).toEqual({ code: 3000, reason: 'signed_out' })
    expect((await call('GET', '/api/auth/session', { headers: { cookie } })).status).toBe(401)
  })

  it('signs in with a bearer token, and refreshes it', async () => {
    const { platform, call } = await start()
    const login = await call('POST', '/api/auth/login', { body: { email: 'bob@example.com' }, headers: { [CREDENTIAL_MODE_HEADER]: 'bearer' } })
    expect(login.headers.getSetCookie()).toEqual([])
    const { token } = (await login.json()) as SessionResponse
    const refreshed = (await (await call('POST', '/api/auth/refresh', { headers: { authorization: `Bearer ${token}` } })).json()) as SessionResponse
    const headers = { authorization: `Bearer ${refreshed.token}` }
    const { ticket } = (await (await call('POST', '/api/auth/ws-ticket', { headers, body: {} })).json()) as TicketResponse
    await new TestSocket(platform.socketUrl, { ticket, origin: platform.origin }).next('ready')
  })
})
