import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventLogContract, sessionStoreContract, ticketStoreContract, type ContractCase } from '@symphainy/testing'
import { afterAll, beforeAll, describe, it, vi } from 'vitest'
import { openDatabase, type Database } from './database.js'
import { createEventLog } from './eventLog.js'
import { createSessionStore } from './sessionStore.js'
import { createTicketStore } from './ticketStore.js'
import type { Tables } from './tables.js'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const folder = mkdtempSync(join(tmpdir(), 'symphainy-contracts-'))
let database: Database

beforeAll(async () => {
  database = await openDatabase({ dataDir: folder })
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

/** One file serves all cases, emptied in between: each case gets a store that knows nothing. */
const TABLES: readonly (keyof Tables)[] = ['tickets', 'credentials', 'sessions', 'entries', 'messages', 'runs', 'logs', 'daily_runs']

async function emptied(): Promise<Database> {
  await database.write(async (trx) => {
    for (const table of TABLES) await trx.deleteFrom(table).execute()
  })
  return database
}

function suite<Subject>(name: string, cases: readonly ContractCase<Subject>[], create: (database: Database) => Subject): void {
  describe(`${name} over a SQLite file`, () => {
    for (const contractCase of cases) it(contractCase.name, () => contractCase.run(async () => create(await emptied())))
  })
}

suite('SessionStore', sessionStoreContract, createSessionStore)
suite('TicketStore', ticketStoreContract, createTicketStore)
suite('EventLog', eventLogContract, createEventLog)
