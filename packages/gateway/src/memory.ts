export { createMemoryBus } from './memory/bus.js'
export { createMemoryEventLog } from './memory/eventLog.js'
export { createMemorySessionStore } from './memory/sessionStore.js'
export { createMemoryTicketStore } from './memory/ticketStore.js'
