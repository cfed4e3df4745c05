export interface TicketRecord {
  sessionId: string
  /** The origin for which it was issued; another origin's use is refused. [AU6] */
  origin: string
  /** Milliseconds since the Unix epoch. */
  expiresAt: number
}

/** Where tickets are kept between the ticket call and the upgrade. Rejects only with `GatewayError('unavailable')`. */
export interface TicketStore {
  /** `hash`: SHA-256 of the ticket, hex; the ticket itself is never stored. [AU6] */
  put(hash: string, ticket: TicketRecord): Promise<void>
  /** Gives the ticket to exactly one caller, and only while it has not expired: of 20 at once, one. [AU6] */
  take(hash: string, now: number): Promise<TicketRecord | null>
}
