import { createMemoryBus, createMemoryEventLog, createMemorySessionStore, createMemoryTicketStore } from '@symphainy/gateway/memory'
import { describe, it } from 'vitest'
import { busContract } from './bus.js'
import { eventLogContract } from './eventLog.js'
import { sessionStoreContract } from './sessionStore.js'
import { ticketStoreContract } from './ticketStore.js'

describe('the stores in memory keep the contracts of their ports', () => {
  describe('SessionStore', () => {
    for (const c of sessionStoreContract) it(c.name, () => c.run(createMemorySessionStore))
  })
  describe('TicketStore', () => {
    for (const c of ticketStoreContract) it(c.name, () => c.run(createMemoryTicketStore))
  })
  describe('EventLog', () => {
    for (const c of eventLogContract) it(c.name, () => c.run(createMemoryEventLog))
  })
  describe('Bus', () => {
    const make = () => {
      const bus = createMemoryBus()
      return { here: bus, there: bus }
    }
    for (const c of busContract) it(c.name, () => c.run(make))
  })
})
