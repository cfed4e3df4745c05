import { createEchoAgent } from '@symphainy/testing'
import { describe, expect, it } from 'vitest'
import { createGateway } from './createGateway.js'
import type { GatewayOptions } from './gateway.js'
import { createMemoryBus, createMemoryEventLog, createMemorySessionStore, createMemoryTicketStore } from './memory.js'

const options = (): GatewayOptions => ({
  sessions: createMemorySessionStore(),
  tickets: createMemoryTicketStore(),
  log: createMemoryEventLog(),
  bus: createMemoryBus(),
  agents: createEchoAgent(),
  origins: { exact: ['https://app.example.com'], loopback: false },
})

describe('createGateway', () => {
  it.each([
    ['origins', { origins: { exact: ['https://app.example.com/'], loopback: false } }],
    ['socketsPerAddress', { socketsPerAddress: 0 }],
    ['admissionPerSecond', { admissionPerSecond: Number.NaN }],
    ['runTimeMs', { runTimeMs: -1 }],
    ['dailyRuns', { dailyRuns: -1 }],
    ['limits.messageBurst', { limits: { messageBurst: 0 } }],
  ])('names the option %s when it is not valid', (name, over) => {
    expect(() => createGateway({ ...options(), ...over })).toThrow(name)
  })

  it('opens nothing by itself', async () => {
    const gateway = createGateway(options())
    expect(gateway.stats()).toEqual({ sockets: 0, served: 0, runs: 0 })
    await gateway.dispose()
  })
})
