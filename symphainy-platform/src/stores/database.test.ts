import { mkdtempSync, readFileSync, rmSync, writeFileSync, copyFileSync, truncateSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { GatewayError } from '@symphainy/gateway'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { PlatformError } from '../platformError.js'
import { DATABASE_FILE, openDatabase, type Database, type DatabaseOptions } from './database.js'
import { createEventLog } from './eventLog.js'
import { createSessionStore } from './sessionStore.js'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

let dataDir: string
let file: string
const open: Database[] = []

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'symphainy-database-'))
  file = join(dataDir, DATABASE_FILE)
})
afterEach(async () => {
  for (const database of open.splice(0)) await database.close()
  rmSync(dataDir, { recursive: true })
})

async function opened(options: Partial<DatabaseOptions> = {}): Promise<Database> {
  const database = await openDatabase({ dataDir, ...options })
  open.push(database)
  return database
}

async function closed(database: Database): Promise<void> {
  open.splice(open.indexOf(database), 1)
  await database.close()
}

const refusal = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no refusal',
    (error: unknown) => error,
  )

function message(id: string, text = 'Hello') {
  return {
    key: { userId: 'user-1', conversation: 'conversation-1' },
    id,
    text,
    agent: { type: 'guide' as const },
    now: 1_700_000_000_000,
    answeredBy: { kind: 'search' as const, label: 'Search' },
  }
}

it('[RS4] writes are synced to the disk at each commit', async () => {
  const database = await opened()
  const pragma = async (name: string): Promise<unknown> =>
    database.write(async (trx) => Object.values((await sql.raw(`pragma ${name}`).execute(trx as never)).rows[0] as object)[0])
  expect(await pragma('synchronous')).toBe(2)
  expect(await pragma('journal_mode')).toBe('wal')
  expect(await pragma('foreign_keys')).toBe(1)
})

it('[RS4] what was appended is there after a start, in the same epoch', async () => {
  const first = await opened()
  const submitted = await createEventLog(first).submit(message('message-1'))
  await closed(first)
  const second = await opened()
  expect(second.epoch).toBe(first.epoch)
  expect(await createEventLog(second).submit(message('message-1'))).toEqual({
    status: 'repeated',
    position: 'position' in submitted ? submitted.position : null,
  })
})

it('[RS4] a copy put back in place of the database gets another epoch', async () => {
  const first = await opened()
  await closed(first)
  copyFileSync(file, `${file}.backup`)
  for (let start = 0; start < 2; start++) await closed(await opened())
  copyFileSync(`${file}.backup`, file)
  expect((await opened()).epoch).not.toBe(first.epoch)
})

it('a failed write takes no other with it that shares its transaction', async () => {
  const database = await opened()
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) =>
      database.write(async (trx) => {
        await trx
          .insertInto('facts')
          .values({ name: `fact-${index}`, value: 'yes' })
          .execute()
        if (index % 5 === 0) throw new RangeError('a fault of the job')
        return index
      }),
    ),
  )
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(4)
  const kept = await database.read((trx) => trx.selectFrom('facts').select('name').where('name', 'like', 'fact-%').execute())
  expect(kept).toHaveLength(16)
})

it('[RS4] writes that come while one is under way share one commit', async () => {
  const database = await opened()
  const commits = (): Promise<number> =>
    database.read(async (trx) => Number(Object.values((await sql.raw('pragma data_version').execute(trx as never)).rows[0] as object)[0]))
  // data_version moves when another connection commits, at most once between two looks: so the looks are what is counted.
  const before = await commits()
  const seen = new Set<number>()
  await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      await database.write((trx) =>
        trx
          .insertInto('facts')
          .values({ name: `fact-${index}`, value: 'yes' })
          .execute(),
      )
      seen.add(await commits())
    }),
  )
  expect([...seen].every((version) => version > before)).toBe(true)
  expect(seen.size).toBeLessThan(10)
})

it('a database that another process has locked is unavailable, and works on afterwards', async () => {
  const database = await opened({ busyTimeoutMs: 50 })
  const other = new DatabaseSync(file)
  other.exec('begin immediate')
  const refused = await refusal(createEventLog(database).submit(message('message-1')))
  expect(refused).toBeInstanceOf(GatewayError)
  expect((refused as GatewayError).code).toBe('unavailable')
  expect(((await refusal(database.check())) as GatewayError).code).toBe('unavailable')
  // Readers go on: nobody is signed out. [AU3]
  expect(await createSessionStore(database).byId('session-1')).toBeNull()
  other.exec('rollback')
  other.close()
  expect((await createEventLog(database).submit(message('message-1'))).status).toBe('appended')
  await database.check()
})

it('a full disk is unavailable, loses nothing that was acked, and what was said stays readable', async () => {
  const database = await opened({ maxPages: 60 })
  const log = createEventLog(database)
  const acked: string[] = []
  let refused: unknown
  for (let n = 0; refused === undefined && n < 200; n++) {
    const id = `message-${n}`
    try {
      await log.submit(message(id, 'x'.repeat(4000)))
      acked.push(id)
    } catch (error) {
      refused = error
    }
  }
  expect((refused as GatewayError).code).toBe('unavailable')
  expect(acked.length).toBeGreaterThan(3)
  const page = await log.messages(message('').key, { limit: 200 })
  expect(page?.messages.map(({ id }) => id)).toEqual(acked.toReversed())
})

it('a closed database is unavailable', async () => {
  const database = await opened()
  await closed(database)
  expect(((await refusal(createEventLog(database).submit(message('message-1')))) as GatewayError).code).toBe('unavailable')
  expect(((await refusal(createSessionStore(database).byId('session-1'))) as GatewayError).code).toBe('unavailable')
})

it.each([
  ['rubbish', (path: string) => writeFileSync(path, 'this is no database. '.repeat(1000))],
  ['cut short', (path: string) => truncateSync(path, statSync(path).size / 2)],
  [
    'overwritten in the middle',
    (path: string) =>
      writeFileSync(path, Buffer.concat([readFileSync(path).subarray(0, 8192), Buffer.alloc(20_000, 0x5a), readFileSync(path).subarray(28_192)])),
  ],
])('a database file that is %s: a clear line, and nothing is overwritten', async (_, damage) => {
  const first = await opened()
  await createEventLog(first).submit(message('message-1', 'x'.repeat(30_000)))
  await closed(first)
  damage(file)
  const before = readFileSync(file)
  const refused = (await refusal(opened())) as PlatformError
  expect(refused).toBeInstanceOf(PlatformError)
  expect(refused.message).toContain(file)
  expect(refused.message).toMatch(/is damaged .* Restore a backup .* or move it away/)
  expect(readFileSync(file).equals(before)).toBe(true)
})

it('a folder that another platform uses is refused in words', async () => {
  await opened()
  const refused = (await refusal(opened())) as PlatformError
  expect(refused.message).toMatch(/in use by another process.*DATA_DIR/)
})

it('a folder that cannot be made is refused in words', async () => {
  writeFileSync(join(dataDir, 'a-file'), '')
  const refused = (await refusal(openDatabase({ dataDir: join(dataDir, 'a-file', 'data') }))) as PlatformError
  expect(refused.message).toMatch(/cannot be made.*DATA_DIR/)
})
