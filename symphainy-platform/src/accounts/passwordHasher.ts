import { hash, verify } from '@node-rs/argon2'
import { GatewayError } from '@symphainy/gateway'

export interface PasswordHasher {
  hash(password: string): Promise<string>
  /** Takes as long for `undefined` (an unknown user) as for a hash, and is then false. */
  verify(hashed: string | undefined, password: string): Promise<boolean>
}

/** Argon2id's cost. */
export interface HashingCost {
  /** KiB. @default 19456 */
  memoryCost: number
  /** Passes. @default 2 */
  timeCost: number
  /** Threads a hash. @default 1 */
  parallelism: number
}

const COST: HashingCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** Hashes at once: each takes a core and 19 MiB for some tens of milliseconds. */
const CONCURRENT = 2
/** Those that wait at most: about two seconds of work. */
const WAITING = 64

/** Argon2id with a bound on what it may take: a flood of logins waits or is refused, and the rest goes on. */
export async function createPasswordHasher(cost: HashingCost = COST): Promise<PasswordHasher> {
  let running = 0
  const waiting: (() => void)[] = []

  const bounded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= CONCURRENT) {
      if (waiting.length >= WAITING) throw new GatewayError('rate_limited', { retryAfterMs: 2000 })
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }

  const nobodys = await hash('nobody has this password', cost)
  return {
    hash: (password) => bounded(() => hash(password, cost)),
    async verify(hashed, password) {
      const right = await bounded(() => verify(hashed ?? nobodys, password))
      return right && hashed !== undefined
    },
  }
}
