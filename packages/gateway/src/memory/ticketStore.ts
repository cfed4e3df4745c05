import type { TicketRecord, TicketStore } from '../ports/ticketStore.js'

/** Tickets in the memory of this process. Those that nobody used are swept when more come. */
export function createMemoryTicketStore(): TicketStore {
  const tickets = new Map<string, TicketRecord>()
  let newest = 0
  return {
    async put(hash, ticket) {
      newest = Math.max(newest, ticket.expiresAt)
      // Tickets live equally long, so the oldest stand first; one that outlived the newest's issue by far is dead.
      for (const [key, { expiresAt }] of tickets) {
        if (expiresAt > newest - 60_000) break
        tickets.delete(key)
      }
      tickets.set(hash, { ...ticket })
    },
    async take(hash, now) {
      const ticket = tickets.get(hash)
      tickets.delete(hash)
      return ticket === undefined || ticket.expiresAt <= now ? null : ticket
    },
  }
}
