import { isIPv6 } from 'node:net'
import { TokenBuckets, type BucketSize } from './tokenBuckets.js'

/** Wrong passwords of one address for one email. */
const PAIR: BucketSize = { burst: 5, everyMs: 30_000 }
/** Wrong passwords of one address for whatever email: one who tries one password with many people. */
const ADDRESS: BucketSize = { burst: 30, everyMs: 6_000 }
/** Wrong passwords for one email from whatever address: many who try one person. */
const EMAIL: BucketSize = { burst: 50, everyMs: 30_000 }

/**
 * Who may try a password. Tries are counted before the password is looked at and given back when it was right, so that
 * many at once do not slip through. Nobody locks anybody out: an address that has not failed with an email always has
 * one try, so the right owner gets in from elsewhere at once, however much others fail.
 */
export class LoginThrottle {
  private readonly pairs = new TokenBuckets(PAIR)
  private readonly addresses = new TokenBuckets(ADDRESS)
  private readonly emails = new TokenBuckets(EMAIL)

  /** 0: try. Else how long to wait, in milliseconds; nothing was counted then. */
  admit(email: string, address: string, now: number): number {
    const from = addressKey(address)
    const pair = `${from} ${email}`
    const isFirst = this.pairs.isFull(pair, now)
    const waitMs = Math.max(this.pairs.waitMs(pair, now), this.addresses.waitMs(from, now), isFirst ? 0 : this.emails.waitMs(email, now))
    if (waitMs > 0) return waitMs
    this.pairs.take(pair, now)
    this.addresses.take(from, now)
    if (this.emails.waitMs(email, now) === 0) this.emails.take(email, now)
    return 0
  }

  succeeded(email: string, address: string, now: number): void {
    const from = addressKey(address)
    this.pairs.forget(`${from} ${email}`)
    this.addresses.giveBack(from, now)
    this.emails.giveBack(email, now)
  }
}

/** Whoever has an IPv6 address has the whole /64 that it is in. */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = tail === undefined ? left : [...left, ...Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
