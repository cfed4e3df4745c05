import { GatewayError } from '@symphainy/gateway'
import { expect, it } from 'vitest'
import { createAccounts } from './accounts.js'
import type { Account, AccountStore } from './accountStore.js'
import { addressKey, LoginThrottle } from './loginThrottle.js'
import { createPasswordHasher, type PasswordHasher } from './passwordHasher.js'

function memoryStore(): AccountStore {
  const accounts = new Map<string, Account>()
  return {
    async create(account) {
      if (accounts.has(account.user.email)) return null
      accounts.set(account.user.email, account)
      return account
    },
    byEmail: async (email) => accounts.get(email) ?? null,
    byId: async (id) => [...accounts.values()].find(({ user }) => user.id === id) ?? null,
    setPassword: async () => true,
    remove: async () => {},
  }
}

/** Counts what it is asked instead of computing it. */
function countingHasher(): PasswordHasher & { verified: (string | undefined)[] } {
  const verified: (string | undefined)[] = []
  return {
    verified,
    hash: async (password) => `hash of ${password}`,
    async verify(hashed, password) {
      verified.push(hashed)
      return hashed === `hash of ${password}`
    },
  }
}

async function service() {
  let now = 1_700_000_000_000
  const hasher = countingHasher()
  const accounts = createAccounts({ store: memoryStore(), hasher, registration: 'open', invitationCodes: [], registrationsPerHour: 3, now: () => now })
  await accounts.register({ name: 'Ada', email: 'ada@example.com', password: 'right password', address: '192.0.2.1' })
  const login = async (password: string, address: string, email = 'ada@example.com'): Promise<string | GatewayError> => {
    try {
      return (await accounts.login({ email, password, address })).id
    } catch (error) {
      if (error instanceof GatewayError) return error
      throw error
    }
  }
  return { accounts, hasher, login, advance: (ms: number) => void (now += ms) }
}

const codes = (results: (string | GatewayError)[]): Record<string, number> => {
  const counted: Record<string, number> = {}
  for (const result of results) counted[typeof result === 'string' ? 'in' : result.code] = (counted[typeof result === 'string' ? 'in' : result.code] ?? 0) + 1
  return counted
}

it('[AU10] 10,000 wrong passwords from one address: a few are looked at, the rest get a time to come back', async () => {
  const { login, hasher } = await service()
  const results = await Promise.all(Array.from({ length: 10_000 }, (_, n) => login(`guess ${n}`, '192.0.2.66')))
  expect(codes(results)).toEqual({ invalid_credentials: 5, rate_limited: 9995 })
  expect(hasher.verified).toHaveLength(5)
  for (const result of results.slice(5)) expect((result as GatewayError).retryAfterMs).toBeGreaterThan(0)
})

it('[AU10] 10,000 wrong passwords in a day of patience: no more than one every half minute is looked at', async () => {
  const { login, hasher, advance } = await service()
  for (let n = 0; n < 10_000; n++) {
    await login(`guess ${n}`, '192.0.2.66')
    advance(8640)
  }
  expect(hasher.verified.length).toBeLessThan(86_400 / 30 + 10)
})

it('[AU10] 10,000 wrong passwords from 1,000 addresses never lock the right owner out from elsewhere', async () => {
  const { login, hasher } = await service()
  for (let n = 0; n < 10_000; n++) await login(`guess ${n}`, `198.51.${Math.floor((n % 1000) / 250)}.${n % 250}`)
  expect(hasher.verified.length).toBeLessThan(1100)
  expect(typeof (await login('right password', '192.0.2.1'))).toBe('string')
  expect(typeof (await login('right password', '203.0.113.5'))).toBe('string')
})

it('the owner behind the attacker’s own address waits, and then gets in', async () => {
  const { login, advance } = await service()
  for (let n = 0; n < 100; n++) await login(`guess ${n}`, '192.0.2.66')
  const refused = (await login('right password', '192.0.2.66')) as GatewayError
  expect(refused.code).toBe('rate_limited')
  advance(refused.retryAfterMs ?? 0)
  expect(typeof (await login('right password', '192.0.2.66'))).toBe('string')
})

it('[AU10] one password tried with 10,000 people from one address is limited too', async () => {
  const { login, hasher } = await service()
  const results: (string | GatewayError)[] = []
  for (let n = 0; n < 10_000; n++) results.push(await login('123456', '192.0.2.66', `person-${n}@example.com`))
  expect(codes(results)).toEqual({ invalid_credentials: 30, rate_limited: 9970 })
  expect(hasher.verified).toHaveLength(30)
})

it('right passwords are not counted', async () => {
  const { login } = await service()
  const results: (string | GatewayError)[] = []
  for (let n = 0; n < 1000; n++) results.push(await login('right password', '192.0.2.1'))
  expect(codes(results)).toEqual({ in: 1000 })
})

it('an unknown user costs the same work as a known one', async () => {
  const { login, hasher } = await service()
  expect(((await login('wrong', '192.0.2.1')) as GatewayError).message).toBe(
    ((await login('wrong', '192.0.2.1', 'nobody@example.com')) as GatewayError).message,
  )
  expect(hasher.verified).toEqual(['hash of right password', undefined])
  const real = await createPasswordHasher({ memoryCost: 4096, timeCost: 2, parallelism: 1 })
  const known = await real.hash('right password')
  const time = async (hash: string | undefined): Promise<number> => {
    const times: number[] = []
    for (let n = 0; n < 9; n++) {
      const before = performance.now()
      await real.verify(hash, 'wrong password')
      times.push(performance.now() - before)
    }
    return times.toSorted((a, b) => a - b)[1] ?? 0
  }
  const [a, b] = [await time(known), await time(undefined)]
  expect(Math.max(a, b) / Math.min(a, b)).toBeLessThan(3)
  expect(await real.verify(undefined, 'nobody has this password')).toBe(false)
  expect(await real.verify(known, 'right password')).toBe(true)
})

it('a flood of hashes is refused before it fills the machine', async () => {
  const real = await createPasswordHasher({ memoryCost: 64, timeCost: 1, parallelism: 1 })
  const results = await Promise.allSettled(Array.from({ length: 500 }, () => real.verify(undefined, 'x')))
  const refused = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []))
  expect(refused).toHaveLength(500 - 66)
  expect((refused[0] as GatewayError).code).toBe('rate_limited')
  expect(await real.verify(undefined, 'x')).toBe(false)
})

it('registrations of one address are limited', async () => {
  const { accounts, advance } = await service()
  const register = (n: number) => accounts.register({ name: 'N', email: `n-${n}@example.com`, password: 'a good password', address: '192.0.2.1' })
  await register(1)
  await register(2)
  await expect(register(3)).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 1_200_000 })
  advance(1_200_000)
  await register(3)
})

it('IPv6 counts by /64, and mapped IPv4 as what it is', () => {
  expect(addressKey('2001:db8:1:2:3:4:5:6')).toBe(addressKey('2001:0db8:1:2::9'))
  expect(addressKey('2001:db8:1:2::1')).not.toBe(addressKey('2001:db8:1:3::1'))
  expect(addressKey('::ffff:192.0.2.1')).toBe('192.0.2.1')
  expect(addressKey('::1')).toBe('0:0:0:0::/64')
})

it('remembers no more keys than it says', () => {
  const throttle = new LoginThrottle()
  for (let n = 0; n < 50_000; n++) throttle.admit(`person-${n}@example.com`, `10.0.${n % 250}.${Math.floor(n / 250) % 250}`, 1)
  for (const buckets of Object.values(throttle) as { levels: Map<string, unknown> }[]) expect(buckets.levels.size).toBeLessThanOrEqual(20_000)
})
