import { createMemoryBus, createMemoryEventLog, createMemorySessionStore, createMemoryTicketStore } from '@symphainy/gateway/memory'
import { describe, it } from 'vitest'
import { createEchoAgent } from '../platform/scriptedAgent.js'
import { agentBackendContract } from './agentBackend.js'
import { busContract } from './bus.js'
import { eventLogContract } from './eventLog.js'
import { sessionStoreContract } from './sessionStore.js'
import { ticketStoreContract } from './ticketStore.js'

const input = {
  run: 'message-1',
  conversation: 'talk-0001',
  user: { id: 'user-1', name: 'Ada' },
  agent: { type: 'guide' },
  messages: [{ role: 'user', id: 'message-1', text: 'one two', agent: { type: 'guide' }, createdAt: 1 }],
} as const

describe('the echoing agent keeps the contract of its port', () => {
  for (const c of agentBackendContract) it(c.name, () => c.run(() => ({ backend: createEchoAgent(), input })))
})

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
