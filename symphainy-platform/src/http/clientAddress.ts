import { BlockList, isIP } from 'node:net'
import type { IncomingMessage } from 'node:http'
import type { TrustedProxies } from '../config/readers.js'

/**
 * The address of whoever asks: the connection's, or what the trusted proxies in front say, read from the nearest
 * outwards and never past the first that is not trusted. A stranger's `X-Forwarded-For` changes nothing. [L24]
 */
export function createClientAddress(trusted: TrustedProxies): (request: IncomingMessage) => string {
  const isTrusted = trustIn(trusted)
  return (request) => {
    const chain = [plainAddress(request.socket.remoteAddress ?? '')]
    if (trusted.kind !== 'none') chain.push(...forwarded(request.headers['x-forwarded-for']))
    let hop = 0
    while (hop < chain.length - 1 && isTrusted(chain[hop] ?? '', hop) && isIP(chain[hop + 1] ?? '') !== 0) hop += 1
    return chain[hop] ?? ''
  }
}

/** The addresses of the header, nearest first. */
function forwarded(header: string | string[] | undefined): string[] {
  return (Array.isArray(header) ? header.join(',') : (header ?? ''))
    .split(',')
    .map((part) => plainAddress(part.trim()))
    .filter((part) => part !== '')
    .toReversed()
}

function trustIn(trusted: TrustedProxies): (address: string, hop: number) => boolean {
  if (trusted.kind === 'none') return () => false
  if (trusted.kind === 'count') return (_, hop) => hop < trusted.count
  const known = new BlockList()
  for (const subnet of trusted.addresses) {
    const [address = '', bits] = subnet.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) known.addAddress(address, family)
    else known.addSubnet(address, Number(bits), family)
  }
  return (address) => isIP(address) !== 0 && known.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** IPv4 as it is written, also where a socket for both families has it mapped. */
function plainAddress(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
}
