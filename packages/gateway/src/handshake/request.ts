import type { IncomingHttpHeaders } from 'node:http'
import { SUBPROTOCOL, TICKET_PATTERN, TICKET_PREFIX } from '@symphainy/protocol'
import { requestOrigin, type OriginPolicy } from '../origin/originPolicy.js'

/** What stands around an upgrade when it arrives. */
export interface Surroundings {
  draining: boolean
  socketsOfAddress: number
  socketsOfNode: number
  /** Whether it will replace a socket of the same address, which therefore does not count. [CN8] */
  replaces: boolean
}

export interface HandshakeLimits {
  socketsPerAddress: number
  socketsPerNode: number
}

export type HandshakeRequest = { ok: true; ticket: string; origin: string } | { ok: false; status: 400 | 403; why: string }

/** [CN3] What an upgrade asks for: an allowed origin, our subprotocol and a well-formed ticket; or the refusal. Pure. */
export function readHandshake(headers: IncomingHttpHeaders, policy: OriginPolicy): HandshakeRequest {
  const origin = requestOrigin(headers, policy)
  if (origin === null) {
    const said = headers.origin === undefined ? 'no Origin' : `the origin ${JSON.stringify(headers.origin.slice(0, 200))}`
    return { ok: false, status: 403, why: `refused ${said}; ALLOWED_ORIGINS lists those that may connect` }
  }
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  if (!offered.includes(SUBPROTOCOL)) return { ok: false, status: 400, why: `the subprotocol ${SUBPROTOCOL} was not offered` }
  const tickets = offered.filter((name) => name.startsWith(TICKET_PREFIX)).map((name) => name.slice(TICKET_PREFIX.length))
  const [ticket] = tickets
  if (ticket === undefined || tickets.length > 1 || !TICKET_PATTERN.test(ticket)) return { ok: false, status: 400, why: 'no well-formed ticket was offered' }
  return { ok: true, ticket, origin }
}

export type Capacity = { ok: true } | { ok: false; status: 429 | 503; why: string; retryAfterMs: number }

/** [CN3] Whether there is room for one more socket. Pure. */
export function checkCapacity(now: Surroundings, limits: HandshakeLimits): Capacity {
  if (now.draining) return { ok: false, status: 503, why: 'draining', retryAfterMs: 5_000 }
  const own = now.replaces ? 1 : 0
  if (now.socketsOfAddress - own >= limits.socketsPerAddress)
    return { ok: false, status: 429, why: `more than ${limits.socketsPerAddress} sockets from one address`, retryAfterMs: 5_000 }
  if (now.socketsOfNode - own >= limits.socketsPerNode)
    return { ok: false, status: 429, why: `more than ${limits.socketsPerNode} sockets on this node`, retryAfterMs: 5_000 }
  return { ok: true }
}
