import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestPlatform, type TestPlatform } from '../fixtures/testPlatform.js'

let test: TestPlatform
beforeAll(async () => {
  // The real cost of a password: this is about what a flood may take.
  test = await startTestPlatform({}, { hashing: { memoryCost: 19_456, timeCost: 2, parallelism: 1 } })
})
afterAll(() => test.close())

it('[AU10] a flood of wrong passwords: 429 with a time for most, the platform answers others meanwhile, and the owner gets in from elsewhere', async () => {
  const ada = test.visitor({ address: '192.0.2.1' })
  await ada.register()
  const attacker = test.visitor({ address: '198.51.100.66' })
  const flood = Promise.all(
    Array.from({ length: 2000 }, (_, n) => attacker.call('POST', '/api/auth/login', { email: ada.email, password: `guess number ${n}` })),
  )
  expect((await ada.call('GET', '/api/auth/session')).statusCode).toBe(200)
  const owner = await ada.elsewhere({ address: '203.0.113.9' })
  expect((await owner.call('GET', '/api/auth/session')).statusCode).toBe(200)
  const responses = await flood
  const refused = responses.filter(({ statusCode }) => statusCode === 429)
  expect([refused.length, responses.filter(({ statusCode }) => statusCode === 401).length]).toEqual([1995, 5])
  for (const response of refused) {
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
    expect(response.json()).toMatchObject({
      error: { code: 'rate_limited', message: expect.stringContaining('Wait') as string, retryAfterMs: expect.any(Number) as number },
    })
  }
  const [first] = refused
  test.advance(Number(first?.headers['retry-after']) * 1000)
  expect((await attacker.call('POST', '/api/auth/login', { email: ada.email, password: 'one more guess' })).statusCode).toBe(401)
})
