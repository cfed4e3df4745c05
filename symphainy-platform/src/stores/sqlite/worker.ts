import { parentPort, workerData } from 'node:worker_threads'
import { DatabaseSync } from '@photostructure/sqlite'
import type { Answer, FailureFacts, OpenOptions, Question, SqlValue } from './messages.js'

/** One SQLite connection in a thread of its own: a slow disk or a long search never stops the event loop. */
const options = workerData as OpenOptions
const STATEMENTS = 256

type Connection = InstanceType<typeof DatabaseSync>

const port = parentPort
if (port === null) throw new Error('This file is run as a worker thread.')

/** Least recently used first; SQLite compiles each text once. */
const statements = new Map<string, { statement: ReturnType<Connection['prepare']>; gives: boolean }>()
let database: Connection | undefined
let lock: Connection | undefined

function open(): void {
  if (options.lockFile !== undefined) {
    // Held by the operating system for the life of this process, also through a kill -9: two never write one file.
    lock = new DatabaseSync(options.lockFile)
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  }
  database = new DatabaseSync(options.file, { readOnly: options.readOnly, timeout: options.busyTimeoutMs })
  // Acked means on the disk, also through a loss of power: FULL syncs the log at each commit. [RS4]
  if (!options.readOnly) database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec('PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY')
  if (options.maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${Math.trunc(options.maxPages)}`)
}

function run(sql: string, values: readonly SqlValue[]): { rows: unknown[]; changes: number } {
  if (database === undefined) throw new Error('The database is closed.')
  let known = statements.get(sql)
  if (known === undefined) {
    const statement = database.prepare(sql)
    known = { statement, gives: statement.columns().length > 0 }
    const oldest = statements.size >= STATEMENTS ? statements.keys().next().value : undefined
    if (oldest !== undefined) statements.delete(oldest)
  } else {
    statements.delete(sql)
  }
  statements.set(sql, known)
  if (known.gives) return { rows: known.statement.all(...values), changes: 0 }
  return { rows: [], changes: Number(known.statement.run(...values).changes) }
}

function close(): void {
  statements.clear()
  database?.close()
  database = undefined
  lock?.close()
  lock = undefined
}

function failure(error: unknown): FailureFacts {
  const { message, errcode } = error as { message?: unknown; errcode?: unknown }
  return { message: typeof message === 'string' ? message : 'unknown', ...(typeof errcode === 'number' ? { code: errcode } : {}) }
}

function answer(question: Question): Answer {
  try {
    if (question.type === 'close') {
      close()
      return { id: question.id, ok: true, rows: [], changes: 0 }
    }
    if (question.type === 'open') {
      open()
      return { id: question.id, ok: true, rows: [], changes: 0 }
    }
    return { id: question.id, ok: true, ...run(question.sql, question.values) }
  } catch (error) {
    if (question.type === 'open') close()
    return { id: question.id, ok: false, failure: failure(error) }
  }
}

port.on('message', (question: Question) => {
  port.postMessage(answer(question))
  if (question.type === 'close') port.close()
})
