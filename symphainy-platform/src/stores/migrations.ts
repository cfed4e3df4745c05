import { Migrator, type Kysely, type Migration, type MigrationProvider } from 'kysely'
import type { Tables } from './tables.js'

/** Migrations are only ever added. A newer version's file is refused by an older one rather than misread. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '001_accounts': {
    async up(db) {
      await db.schema
        .createTable('facts')
        .addColumn('name', 'text', (c) => c.primaryKey())
        .addColumn('value', 'text', (c) => c.notNull())
        .execute()
      await db.schema
        .createTable('users')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('email', 'text', (c) => c.notNull().unique())
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('password_hash', 'text', (c) => c.notNull())
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .execute()
      await db.schema
        .createTable('sessions')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('user_id', 'text', (c) => c.notNull())
        .addColumn('user_name', 'text', (c) => c.notNull())
        .addColumn('user_email', 'text', (c) => c.notNull())
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .addColumn('expires_at', 'bigint', (c) => c.notNull())
        .addColumn('absolute_expires_at', 'bigint', (c) => c.notNull())
        .addColumn('last_seen_at', 'bigint', (c) => c.notNull())
        .addColumn('user_agent', 'text', (c) => c.notNull())
        .addColumn('address', 'text', (c) => c.notNull())
        .addColumn('ended_reason', 'text')
        .addColumn('ended_at', 'bigint')
        .addColumn('fence', 'bigint', (c) => c.notNull().defaultTo(0))
        .execute()
      await db.schema.createIndex('sessions_user').on('sessions').column('user_id').execute()
      await db.schema
        .createTable('credentials')
        .addColumn('hash', 'text', (c) => c.primaryKey())
        .addColumn('session_id', 'text', (c) => c.notNull().references('sessions.id').onDelete('cascade'))
        .addColumn('grace_ends_at', 'bigint')
        .execute()
      await db.schema.createIndex('credentials_session').on('credentials').column('session_id').execute()
      await db.schema
        .createTable('tickets')
        .addColumn('hash', 'text', (c) => c.primaryKey())
        .addColumn('session_id', 'text', (c) => c.notNull())
        .addColumn('origin', 'text', (c) => c.notNull())
        .addColumn('expires_at', 'bigint', (c) => c.notNull())
        .execute()
      await db.schema.createIndex('tickets_expiry').on('tickets').column('expires_at').execute()
    },
  },
  '002_conversations': {
    async up(db) {
      await db.schema
        .createTable('logs')
        .addColumn('user_id', 'text', (c) => c.notNull())
        .addColumn('id', 'text', (c) => c.notNull())
        .addColumn('title', 'text', (c) => c.notNull())
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .addColumn('updated_at', 'bigint', (c) => c.notNull())
        .addColumn('deleted_at', 'bigint')
        .addColumn('head', 'bigint', (c) => c.notNull())
        .addColumn('floor', 'bigint', (c) => c.notNull())
        .addColumn('words', 'text', (c) => c.notNull())
        .addPrimaryKeyConstraint('logs_key', ['user_id', 'id'])
        .execute()
      await db.schema.createIndex('logs_order').on('logs').columns(['user_id', 'updated_at', 'id']).execute()
      await db.schema
        .createTable('entries')
        .addColumn('user_id', 'text', (c) => c.notNull())
        .addColumn('log', 'text', (c) => c.notNull())
        .addColumn('entry_offset', 'bigint', (c) => c.notNull())
        .addColumn('run', 'text')
        .addColumn('body', 'text', (c) => c.notNull())
        .addPrimaryKeyConstraint('entries_key', ['user_id', 'log', 'entry_offset'])
        .execute()
      await db.schema
        .createTable('runs')
        .addColumn('user_id', 'text', (c) => c.notNull())
        .addColumn('id', 'text', (c) => c.notNull())
        .addColumn('log', 'text', (c) => c.notNull())
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('outcome', 'text')
        .addColumn('question', 'text', (c) => c.notNull())
        .addColumn('retry_of', 'text')
        .addColumn('agent', 'text', (c) => c.notNull())
        .addColumn('answered_by', 'text', (c) => c.notNull())
        .addColumn('acked_offset', 'bigint', (c) => c.notNull())
        .addColumn('started_offset', 'bigint')
        .addColumn('queued', 'bigint', (c) => c.notNull())
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .addPrimaryKeyConstraint('runs_key', ['user_id', 'id'])
        .execute()
      await db.schema.createIndex('runs_log').on('runs').columns(['user_id', 'log', 'status', 'queued']).execute()
      await db.schema.createIndex('runs_status').on('runs').column('status').execute()
      await db.schema
        .createTable('messages')
        .addColumn('user_id', 'text', (c) => c.notNull())
        .addColumn('log', 'text', (c) => c.notNull())
        .addColumn('entry_offset', 'bigint', (c) => c.notNull())
        .addColumn('role', 'text', (c) => c.notNull())
        .addColumn('id', 'text', (c) => c.notNull())
        .addColumn('question', 'text', (c) => c.notNull())
        .addColumn('body', 'text', (c) => c.notNull())
        .addColumn('words', 'text', (c) => c.notNull())
        .addPrimaryKeyConstraint('messages_key', ['user_id', 'log', 'entry_offset'])
        .execute()
      await db.schema
        .createTable('daily_runs')
        .addColumn('user_id', 'text', (c) => c.notNull())
        .addColumn('day', 'text', (c) => c.notNull())
        .addColumn('runs', 'bigint', (c) => c.notNull())
        .addPrimaryKeyConstraint('daily_runs_key', ['user_id', 'day'])
        .execute()
    },
  },
}

const provider: MigrationProvider = { getMigrations: async () => ({ ...MIGRATIONS }) }

/** Brings the tables up to date; each migration is done once. @throws what a migration threw */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const { error } = await new Migrator({ db, provider }).migrateToLatest()
  if (error !== undefined) throw error
}
