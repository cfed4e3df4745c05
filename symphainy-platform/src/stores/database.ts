import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Kysely, sql, type Transaction } from 'kysely'
import { PlatformError } from '../platformError.js'
import { migrate } from './migrations.js'
import { ThreadDialect } from './sqlite/dialect.js'
import { SqliteFailure } from './sqlite/sqliteFailure.js'
import { SqliteThread } from './sqlite/sqliteThread.js'
import type { Tables } from './tables.js'
import { unavailableFor, WriteQueue, type Trx } from './writeQueue.js'

/** The one database of a platform: writes one after another with group commit, reads beside them. */
export interface Database {
  /** Of every log in it; another one after a restore, so that clients replace what they have. [RS4] */
  readonly epoch: string
  /** One write transaction, shared with others that come at the same time; resolves when it is durable. */
  write<T>(job: (trx: Trx) => Promise<T>): Promise<T>
  /** One read transaction: all of it sees the same state. */
  read<T>(job: (trx: Trx) => Promise<T>): Promise<T>
  /** Resolves when the database answers. @throws GatewayError `unavailable` */
  check(): Promise<void>
  /** After what was asked for before. Idempotent. */
  close(): Promise<void>
}

export interface DatabaseOptions {
  dataDir: string
  /** How long a statement waits for another process's lock, in milliseconds. @default 2000 */
  busyTimeoutMs?: number
  /** Largest size, in pages of 4 KiB. @default no limit */
  maxPages?: number
}

export const DATABASE_FILE = 'symphainy.db'
const LOCK_FILE = 'symphainy.lock'
const START_FILE = 'symphainy.start'

/**
 * Opens the database of a folder, makes it if there is none, and brings it up to date.
 * @throws PlatformError `data` that says what is wrong with which file and what to do; nothing is overwritten
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const file = join(resolve(options.dataDir), DATABASE_FILE)
  makeFolder(options.dataDir)
  const busyTimeoutMs = options.busyTimeoutMs ?? 2000
  const lockFile = join(resolve(options.dataDir), LOCK_FILE)
  const writer = new SqliteThread({ file, readOnly: false, busyTimeoutMs, lockFile, ...(options.maxPages === undefined ? {} : { maxPages: options.maxPages }) })
  const reader = new SqliteThread({ file, readOnly: true, busyTimeoutMs })
  try {
    await writer.open()
    const writes = new Kysely<Tables>({ dialect: new ThreadDialect(writer, { readOnly: false }) })
    await assertSound(writer)
    await migrate(writes)
    const epoch = await settleEpoch(writes, options.dataDir)
    await reader.open()
    const reads = new Kysely<Tables>({ dialect: new ThreadDialect(reader, { readOnly: true }) })
    return assemble({ epoch, writes, reads, threads: [reader, writer] })
  } catch (error) {
    await Promise.all([writer.close(), reader.close()])
    throw startFailure(error, file, options.dataDir)
  }
}

function assemble({
  epoch,
  writes,
  reads,
  threads,
}: {
  epoch: string
  writes: Kysely<Tables>
  reads: Kysely<Tables>
  threads: readonly SqliteThread[]
}): Database {
  const queue = new WriteQueue(writes)
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await queue.close()
    await reads.destroy()
    await writes.destroy()
    // kysely leaves alone what it never used.
    for (const thread of threads) await thread.close()
  }
  return {
    epoch,
    write: (job) => queue.write(job),
    async read<T>(job: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
      if (closing !== undefined) throw unavailableFor(new SqliteFailure('closed'))
      try {
        return await reads.transaction().execute(job)
      } catch (error) {
        throw unavailableFor(error)
      }
    },
    async check() {
      // A write that changes nothing still needs the lock and the thread: a reader alone would call a locked database well.
      await queue.write((trx) => sql`select 1`.execute(trx))
    },
    close: () => (closing ??= close()),
  }
}

function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new PlatformError(
      'data',
      `The folder ${resolve(dataDir)} cannot be made: ${(error as Error).message}. Set DATA_DIR to a folder that may be written.`,
      { cause: error },
    )
  }
}

/** Finds damage before anything is written: a structure check of every page, which reads the file once. */
async function assertSound(thread: SqliteThread): Promise<void> {
  const { rows } = await thread.run('PRAGMA quick_check(1)')
  const said = Object.values((rows[0] ?? {}) as Record<string, unknown>)[0]
  if (said !== 'ok') throw new SqliteFailure({ message: String(said), code: 11 })
}

/**
 * Every start writes a fresh mark into the database and beside it. When the two differ, the file is not the one of the
 * last start: somebody restored a copy, whose newest entries clients may be ahead of. Then the epoch is a new one. A
 * crash alone changes nothing: with `synchronous=FULL` what was acked is there. [RS4]
 */
async function settleEpoch(db: Kysely<Tables>, dataDir: string): Promise<string> {
  const path = join(dataDir, START_FILE)
  const facts = new Map((await db.selectFrom('facts').selectAll().execute()).map(({ name, value }) => [name, value]))
  const beside = existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined
  const marks = facts.get('marks')?.split(' ') ?? []
  const known = facts.get('epoch')
  const epoch = known !== undefined && beside !== undefined && marks.includes(beside) ? known : randomUUID()
  const mark = randomUUID()
  // The one before stays valid, for a stop between the two writes.
  await db.transaction().execute(async (trx) => {
    await put(trx, 'epoch', epoch)
    await put(trx, 'marks', [...(beside === undefined ? [] : [beside]), mark].join(' '))
  })
  writeFileSync(`${path}.new`, mark)
  renameSync(`${path}.new`, path)
  return epoch
}

async function put(trx: Trx, name: string, value: string): Promise<void> {
  await trx
    .insertInto('facts')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

function startFailure(error: unknown, file: string, dataDir: string): unknown {
  if (!(error instanceof SqliteFailure)) {
    if (error instanceof Error && /corrupted migrations/.test(error.message))
      return new PlatformError(
        'data',
        `The database ${file} was written by a newer version of Symphainy. Start that version, or restore a backup made before the upgrade.`,
        { cause: error },
      )
    return error
  }
  switch (error.kind) {
    case 'corrupt':
      return new PlatformError(
        'data',
        `The database ${file} is damaged (${error.message.split('\n').at(-1)}). Nothing was changed. Restore a backup in its place, or move it away to begin with an empty one.`,
        { cause: error },
      )
    case 'busy':
      return new PlatformError('data', `The folder ${resolve(dataDir)} is in use by another process. Stop it, or set DATA_DIR to another folder.`, {
        cause: error,
      })
    default:
      return new PlatformError(
        'data',
        `The database ${file} cannot be opened (${error.message}). Check that the folder may be written and that its disk is not full, or set DATA_DIR to another one.`,
        { cause: error },
      )
  }
}
