import assert from 'node:assert/strict'
import type { TicketStore } from '@symphainy/gateway'
import { atOnce, contract, type ContractCase } from './contract.js'

const NOW = 1_700_000_000_000
const ticket = { sessionId: 'session-1', origin: 'https://app.example.com', expiresAt: NOW + 30_000 }

/** What every TicketStore must do. */
export const ticketStoreContract: readonly ContractCase<TicketStore>[] = contract<TicketStore>({
  '[AU6] gives a ticket with its session and origin': async (store) => {
    await store.put('hash-1', ticket)
    assert.deepEqual({ ...(await store.take('hash-1', NOW)) }, ticket)
  },
  '[AU6] gives a ticket once': async (store) => {
    await store.put('hash-1', ticket)
    await store.take('hash-1', NOW)
    assert.equal(await store.take('hash-1', NOW), null)
  },
  '[AU6] gives a ticket to exactly one of 20 takers at once': async (store) => {
    await store.put('hash-1', ticket)
    const given = (await atOnce(20, () => store.take('hash-1', NOW))).filter((taken) => taken !== null)
    assert.equal(given.length, 1)
  },
  '[AU6] gives every one of 20 tickets taken at once to its own taker': async (store) => {
    await atOnce(20, (index) => store.put(`hash-${index}`, { ...ticket, sessionId: `session-${index}` }))
    const given = await atOnce(20, (index) => store.take(`hash-${index}`, NOW))
    assert.deepEqual(
      given.map((taken) => taken?.sessionId),
      given.map((_, index) => `session-${index}`),
    )
  },
  '[AU6] gives a ticket until it expires, and not from then on': async (store) => {
    await store.put('early', ticket)
    await store.put('late', ticket)
    assert.notEqual(await store.take('early', ticket.expiresAt - 1), null)
    assert.equal(await store.take('late', ticket.expiresAt), null)
  },
  '[AU6] an expired ticket that was taken stays gone': async (store) => {
    await store.put('hash-1', ticket)
    assert.equal(await store.take('hash-1', ticket.expiresAt + 1), null)
    assert.equal(await store.take('hash-1', NOW), null)
  },
  '[AU6] knows nothing of a ticket that was never put': async (store) => {
    assert.equal(await store.take('forged', NOW), null)
  },
})
