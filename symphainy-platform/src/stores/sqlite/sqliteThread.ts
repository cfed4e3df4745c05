import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Worker, type WorkerOptions } from 'node:worker_threads'
import type { Answer, OpenOptions, Question, SqlValue } from './messages.js'
import { SqliteFailure } from './sqliteFailure.js'

type Unnumbered = Question extends infer Q ? (Q extends Question ? Omit<Q, 'id'> : never) : never

/** A SQLite connection that lives in a thread; statements are done one after another, in the order of the calls. */
export class SqliteThread {
  private readonly worker: Worker
  private readonly waiting = new Map<number, { resolve: (answer: Answer & { ok: true }) => void; reject: (failure: SqliteFailure) => void }>()
  private nextId = 1
  private state: 'open' | 'closed' = 'open'

  /** Starts the thread, which takes a moment; the file is opened by `open`. */
  constructor(options: OpenOptions) {
    this.worker = startWorker({ workerData: options, execArgv: [], name: options.readOnly ? 'sqlite-reader' : 'sqlite-writer' })
    this.worker.on('message', (answer: Answer) => this.settle(answer))
    this.worker.on('error', (error) => this.fail(error))
    this.worker.on('exit', () => this.fail())
  }

  /** @throws SqliteFailure when the file cannot be opened */
  async open(): Promise<void> {
    await this.ask({ type: 'open' })
  }

  /** @throws SqliteFailure */
  async run(sql: string, values: readonly SqlValue[] = []): Promise<{ rows: unknown[]; changes: number }> {
    const { rows, changes } = await this.ask({ type: 'run', sql, values })
    return { rows, changes }
  }

  /** Closes after the statements that were asked for before. Idempotent. */
  async close(): Promise<void> {
    if (this.state === 'closed') return
    const closed = new Promise<void>((resolve) => this.worker.once('exit', () => resolve()))
    await this.ask({ type: 'close' })
    await closed
  }

  private ask(question: Unnumbered): Promise<Answer & { ok: true }> {
    if (this.state === 'closed') return Promise.reject(new SqliteFailure('closed'))
    return new Promise((resolve, reject) => {
      const id = this.nextId++
      this.waiting.set(id, { resolve, reject })
      this.worker.postMessage({ ...question, id })
    })
  }

  private settle(answer: Answer): void {
    const waiter = this.waiting.get(answer.id)
    this.waiting.delete(answer.id)
    if (answer.ok) waiter?.resolve(answer)
    else waiter?.reject(new SqliteFailure(answer.failure))
  }

  private fail(cause?: unknown): void {
    this.state = 'closed'
    for (const { reject } of this.waiting.values()) reject(new SqliteFailure('closed', cause))
    this.waiting.clear()
  }
}

/** The thread's program: JavaScript in a build; from the sources (tests, development) TypeScript through tsx. */
function startWorker(options: WorkerOptions): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./worker.js', import.meta.url), options)
  const tsx = createRequire(import.meta.url).resolve('tsx/cjs/api')
  const program = JSON.stringify(fileURLToPath(new URL('./worker.ts', import.meta.url)))
  // `--import tsx` does nothing in a thread of Node 20, and its form for ESM starts a further thread: this one is quick.
  return new Worker(`require(${JSON.stringify(tsx)}).require(${program}, ${program})`, { ...options, eval: true })
}
