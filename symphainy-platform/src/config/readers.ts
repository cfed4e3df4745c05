import { BlockList, isIP } from 'node:net'

/** What a reader gives: the value, or what is wrong with the text, to be followed by an example. */
export type Reading<T> = { ok: true; value: T } | { ok: false; wrong: string }

export type Reader<T> = (text: string) => Reading<T>

/** Which proxies' `X-Forwarded-For` is believed: the nearest so many, or those at these addresses. */
export type TrustedProxies = { kind: 'none' } | { kind: 'count'; count: number } | { kind: 'list'; addresses: readonly string[] }

const good = <T>(value: T): Reading<T> => ({ ok: true, value })
const bad = (wrong: string): Reading<never> => ({ ok: false, wrong })

export function text(options: { max?: number } = {}): Reader<string> {
  return (value) => (value.length > (options.max ?? 2048) ? bad(`is longer than ${options.max ?? 2048} characters`) : good(value))
}

export function integer(min: number, max: number): Reader<number> {
  return (value) => {
    if (!/^-?\d+$/.test(value)) return bad(`is not a whole number: ${quote(value)}`)
    const number = Number(value)
    return number < min || number > max ? bad(`is ${value}, outside ${min} to ${max}`) : good(number)
  }
}

export function oneOf<T extends string>(...values: readonly T[]): Reader<T> {
  return (value) => (values.includes(value as T) ? good(value as T) : bad(`is ${quote(value)}, not one of ${values.join(', ')}`))
}

export function list<T>(item: Reader<T>): Reader<readonly T[]> {
  return (value) => {
    const items: T[] = []
    for (const part of value.split(',')) {
      if (part.trim() === '') continue
      const reading = item(part.trim())
      if (!reading.ok) return reading
      items.push(reading.value)
    }
    return good(items)
  }
}

/** A scheme, a host and perhaps a port, as a browser sends it in `Origin`. */
export const origin: Reader<string> = (value) => {
  const url = parse(value)
  if (url === null) return bad(`is not an origin: ${quote(value)}`)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return bad(`does not begin with http:// or https://: ${quote(value)}`)
  if (url.username !== '' || url.password !== '') return bad('holds a user name or password')
  if (value.replace(/\/$/, '').toLowerCase() !== url.origin && !samePort(value, url)) return bad(`has more than scheme, host and port: ${quote(value)}`)
  return good(url.origin)
}

export const httpUrl: Reader<string> = (value) => {
  const url = parse(value)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return bad(`is not an http:// or https:// address: ${quote(value)}`)
  // It would end in logs and error texts; a key has a variable of its own.
  if (url.username !== '' || url.password !== '') return bad('holds a user name or password')
  return good(value.replace(/\/+$/, ''))
}

/** Never a plain "true": that would believe whatever a stranger writes into the header. */
export const trustedProxies: Reader<TrustedProxies> = (value) => {
  if (/^\d+$/.test(value)) {
    const count = Number(value)
    if (count > 16) return bad(`is ${value}, more proxies than can be`)
    return good(count === 0 ? { kind: 'none' } : { kind: 'count', count })
  }
  if (/^(true|yes|on|all|\*)$/i.test(value)) return bad(`is ${quote(value)}: that would believe every sender; name the proxies or how many there are`)
  const addresses = value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  for (const address of addresses) if (!isSubnet(address)) return bad(`holds ${quote(address)}, which is neither an address nor a subnet`)
  return good(addresses.length === 0 ? { kind: 'none' } : { kind: 'list', addresses })
}

function isSubnet(value: string): boolean {
  const [address = '', bits, rest] = value.split('/')
  const family = isIP(address)
  if (family === 0 || rest !== undefined) return false
  if (bits === undefined) return true
  if (!/^\d+$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return false
  new BlockList().addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6')
  return true
}

function parse(value: string): URL | null {
  return URL.canParse(value) ? new URL(value) : null
}

/** `https://example.com:443` is the same origin as `https://example.com`. */
function samePort(value: string, url: URL): boolean {
  const port = url.protocol === 'https:' ? ':443' : ':80'
  return value.replace(/\/$/, '').toLowerCase() === url.origin + port
}

function quote(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
}
