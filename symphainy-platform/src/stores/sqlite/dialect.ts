import {
  CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
} from 'kysely'
import type { SqlValue } from './messages.js'
import type { SqliteThread } from './sqliteThread.js'

/** kysely over a `SqliteThread`. One connection: transactions wait for each other. */
export class ThreadDialect implements Dialect {
  constructor(
    private readonly thread: SqliteThread,
    private readonly options: { readOnly: boolean },
  ) {}

  createDriver(): Driver {
    // A writer takes the lock at the beginning: a transaction that reads first and writes later could be refused half-way.
    return new ThreadDriver(this.thread, this.options.readOnly ? 'begin' : 'begin immediate')
  }
  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler()
  }
  createAdapter(): DialectAdapter {
    return new SqliteAdapter()
  }
  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new SqliteIntrospector(db)
  }
}

class ThreadDriver implements Driver {
  private readonly connection: DatabaseConnection
  private last: Promise<void> = Promise.resolve()
  private release: () => void = () => {}

  constructor(
    private readonly thread: SqliteThread,
    private readonly begin: string,
  ) {
    this.connection = new ThreadConnection(thread)
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.last
    let release = (): void => {}
    this.last = new Promise((resolve) => {
      release = resolve
    })
    await before
    this.release = release
    return this.connection
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(this.begin))
  }
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'))
  }
  async releaseConnection(): Promise<void> {
    this.release()
  }
  async destroy(): Promise<void> {
    await this.thread.close()
  }
}

class ThreadConnection implements DatabaseConnection {
  constructor(private readonly thread: SqliteThread) {}

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, changes } = await this.thread.run(query.sql, query.parameters as readonly SqlValue[])
    return { rows: rows as Row[], numAffectedRows: BigInt(changes) }
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Streaming is not used: pages are.')
  }
}
