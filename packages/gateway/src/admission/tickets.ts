import { TICKET_TTL_MS, type TicketResponse } from '@symphainy/protocol'
import { GatewayError } from '../gatewayError.js'
import type { Settings } from '../options.js'
import { hashSecret, newSecret } from '../sessions/secrets.js'
import { createAdmission, type Admission } from './tokenBucket.js'

export interface TicketRequest {
  sessionId: string
  userId: string
  origin: string
  ifIdle?: boolean
}

/** What the node is doing when a ticket is asked for. */
export interface TicketSurroundings {
  draining: boolean
  /** Whether a connection of the session is served. */
  isServed: boolean
  /** Sessions of the user that are served, this one aside. */
  otherSessions: number
}

/** Gives tickets, within what the node admits. [AU6] [CN5] */
export class Tickets {
  readonly #settings: Settings
  readonly #admission: Admission
  /** Whose the tickets are that were issued here and may still be used, so that a replacement is known as one. */
  readonly #issued: Map<string, { sessionId: string; expiresAt: number }> = new Map()

  constructor(settings: Settings) {
    this.#settings = settings
    const { now, random } = settings.environment
    this.#admission = createAdmission({ perSecond: settings.admissionPerSecond, now, random })
  }

  /** @throws GatewayError `draining`, `in_use`, `rate_limited` or `unavailable` */
  async issue({ sessionId, origin, ifIdle = false }: TicketRequest, now: TicketSurroundings): Promise<TicketResponse> {
    const { environment, tickets, sessionsPerUser } = this.#settings
    if (now.draining) throw new GatewayError('draining', { retryAfterMs: 5_000 })
    if (ifIdle && now.isServed) throw new GatewayError('in_use')
    if (now.otherSessions >= sessionsPerUser) throw new GatewayError('rate_limited', { retryAfterMs: 30_000 })
    const waitMs = this.#admission.take()
    if (waitMs > 0) throw new GatewayError('unavailable', { retryAfterMs: waitMs })
    const ticket = newSecret(environment)
    const hash = hashSecret(ticket)
    const expiresAt = environment.now() + TICKET_TTL_MS
    await tickets.put(hash, { sessionId, origin, expiresAt })
    this.#remember(hash, sessionId, expiresAt)
    return { ticket, expiresInMs: TICKET_TTL_MS }
  }

  /** The session for which a ticket was issued here. */
  sessionOf(ticket: string): string | undefined {
    return this.#issued.get(hashSecret(ticket))?.sessionId
  }

  #remember(hash: string, sessionId: string, expiresAt: number): void {
    for (const [key, issued] of this.#issued) {
      if (issued.expiresAt > this.#settings.environment.now()) break
      this.#issued.delete(key)
    }
    this.#issued.set(hash, { sessionId, expiresAt })
  }
}
