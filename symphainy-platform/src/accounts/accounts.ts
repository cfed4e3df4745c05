import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { GatewayError } from '@symphainy/gateway'
import type { User } from '@symphainy/protocol'
import type { AccountStore } from './accountStore.js'
import { addressKey, LoginThrottle } from './loginThrottle.js'
import type { PasswordHasher } from './passwordHasher.js'
import { TokenBuckets } from './tokenBuckets.js'

export interface AccountsOptions {
  store: AccountStore
  hasher: PasswordHasher
  registration: 'open' | 'invite' | 'closed'
  invitationCodes: readonly string[]
  /** Accounts that one address may make an hour. */
  registrationsPerHour: number
  /** Milliseconds since the Unix epoch. */
  now: () => number
}

/** What people do with their accounts. Refusals are `GatewayError`s with the codes of the protocol. */
export interface Accounts {
  /** @throws GatewayError `registration_closed`, `invitation_required`, `email_taken`, `rate_limited`, `unavailable` */
  register(request: { name: string; email: string; password: string; invitation?: string; address: string }): Promise<User>
  /** @throws GatewayError `invalid_credentials` in equal time for known and unknown users, `rate_limited`, `unavailable` */
  login(request: { email: string; password: string; address: string }): Promise<User>
  /** @throws GatewayError `invalid_credentials`, `rate_limited`, `conflict` (changed elsewhere meanwhile), `unavailable` */
  changePassword(request: { user: User; current: string; next: string; address: string }): Promise<void>
  remove(userId: string): Promise<void>
}

export function createAccounts({ store, hasher, registration, invitationCodes, registrationsPerHour, now }: AccountsOptions): Accounts {
  const throttle = new LoginThrottle()
  const registrations = new TokenBuckets({ burst: registrationsPerHour, everyMs: 3_600_000 / registrationsPerHour })

  const prove = async (email: string, password: string, address: string): Promise<{ user: User; passwordHash: string }> => {
    const waitMs = throttle.admit(email, address, now())
    if (waitMs > 0) throw new GatewayError('rate_limited', { message: 'Too many wrong passwords. Wait a moment, then try again.', retryAfterMs: waitMs })
    const account = await store.byEmail(email)
    const right = await hasher.verify(account?.passwordHash, password)
    if (!right || account === null) throw new GatewayError('invalid_credentials')
    throttle.succeeded(email, address, now())
    return account
  }

  return {
    async register({ name, email, password, invitation, address }) {
      if (registration === 'closed') throw new GatewayError('registration_closed')
      const from = addressKey(address)
      const waitMs = registrations.waitMs(from, now())
      if (waitMs > 0) throw new GatewayError('rate_limited', { retryAfterMs: waitMs })
      // Wrong invitations count too: codes are not to be guessed.
      registrations.take(from, now())
      if (registration === 'invite' && !invitationCodes.some((code) => sameText(code, invitation ?? ''))) throw new GatewayError('invitation_required')
      const user: User = { id: randomUUID(), name, email: normaliseEmail(email) }
      const passwordHash = await hasher.hash(password)
      if ((await store.create({ user, passwordHash, createdAt: now() })) === null) throw new GatewayError('email_taken')
      return user
    },

    async login({ email, password, address }) {
      return (await prove(normaliseEmail(email), password, address)).user
    },

    async changePassword({ user, current, next, address }) {
      const account = await prove(user.email, current, address)
      if (!(await store.setPassword(user.id, { from: account.passwordHash, to: await hasher.hash(next) })))
        throw new GatewayError('conflict', { message: 'The password was changed elsewhere. Sign in again.' })
    },

    remove: (userId) => store.remove(userId),
  }
}

/** One spelling an address: what differs only in case or by look-alike forms is the same mailbox to a person. */
export function normaliseEmail(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase()
}

/** Compares in a time that tells nothing of where they differ. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
