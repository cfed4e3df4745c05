import { GatewayError } from '@symphainy/gateway'
import { sql, type Kysely, type Transaction } from 'kysely'
import { SqliteFailure } from './sqlite/sqliteFailure.js'
import type { Tables } from './tables.js'

export type Trx = Transaction<Tables>

interface Job {
  run(trx: Trx): Promise<unknown>
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** Jobs of one transaction at most: bounds how long the first of them waits for its commit. */
const BATCH = 128
/** Jobs that wait at most; beyond that the disk cannot keep up, and callers are told to come back. */
const WAITING = 5000

/**
 * Group commit: jobs that arrive while a transaction runs share the next one and its one sync to the disk. Each job
 * is a savepoint, so that one that fails takes no other with it. A promise resolves after the commit. [RS4]
 */
export class WriteQueue {
  private waiting: Job[] = []
  private working: Promise<void> | undefined
  private closed = false

  constructor(private readonly db: Kysely<Tables>) {}

  /** @throws GatewayError `unavailable` when the database cannot take it; else what the job threw */
  write<T>(run: (trx: Trx) => Promise<T>): Promise<T> {
    if (this.closed) return Promise.reject(new GatewayError('unavailable', { cause: new SqliteFailure('closed') }))
    if (this.waiting.length >= WAITING) return Promise.reject(new GatewayError('unavailable', { retryAfterMs: 1000 }))
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ run, resolve, reject })
      this.working ??= this.work()
    })
  }

  /** Takes no more; resolves when what was taken is done. */
  async close(): Promise<void> {
    this.closed = true
    await this.working
  }

  private async work(): Promise<void> {
    while (this.waiting.length > 0) await this.commit(this.waiting.splice(0, BATCH))
    this.working = undefined
  }

  private async commit(jobs: readonly Job[]): Promise<void> {
    const settled: (() => void)[] = []
    try {
      await this.db.transaction().execute(async (trx) => {
        for (const job of jobs) settled.push(await step(trx, job, jobs.length === 1))
      })
    } catch (error) {
      for (const job of jobs) job.reject(unavailableFor(error))
      return
    }
    for (const settle of settled) settle()
  }
}

/** Runs one job of the transaction; gives how to settle it once the transaction is committed. */
async function step(trx: Trx, job: Job, alone: boolean): Promise<() => void> {
  // A job of its own transaction needs no savepoint: its failure takes the transaction, and nothing else is in it.
  if (!alone) await sql`savepoint job`.execute(trx)
  try {
    const value = await job.run(trx)
    if (!alone) await sql`release savepoint job`.execute(trx)
    return () => job.resolve(value)
  } catch (error) {
    if (alone) throw error
    // After a full disk SQLite may have rolled back everything: then this throws, and all jobs are refused together.
    await sql`rollback to savepoint job`.execute(trx)
    return () => job.reject(unavailableFor(error))
  }
}

/** A failure of the database as callers may see it; a fault of the program stays what it is. */
export function unavailableFor(error: unknown): unknown {
  return error instanceof SqliteFailure ? new GatewayError('unavailable', { retryAfterMs: 1000, cause: error }) : error
}
