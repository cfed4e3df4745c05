import type { User } from '@symphainy/protocol'
import type { Database } from '../stores/database.js'

export interface Account {
  user: User
  passwordHash: string
  createdAt: number
}

/** Where accounts are kept. Rejects only with `GatewayError('unavailable')`. */
export interface AccountStore {
  /** Null when the email has an account already. */
  create(account: Account): Promise<Account | null>
  byEmail(email: string): Promise<Account | null>
  byId(id: string): Promise<Account | null>
  /** Compare-and-set, so that of two changes at once one holds. False: the password was changed meanwhile. */
  setPassword(id: string, change: { from: string; to: string }): Promise<boolean>
  /** The account and the sessions of it, whose sockets are closed already. */
  remove(id: string): Promise<void>
}

export function createAccountStore(database: Database): AccountStore {
  const find = (by: 'id' | 'email', value: string): Promise<Account | null> =>
    database.read(async (trx) => {
      const row = await trx.selectFrom('users').selectAll().where(by, '=', value).executeTakeFirst()
      return row === undefined
        ? null
        : { user: { id: row.id, name: row.name, email: row.email }, passwordHash: row.password_hash, createdAt: Number(row.created_at) }
    })
  return {
    create: (account) =>
      database.write(async (trx) => {
        const { id, name, email } = account.user
        const row = await trx
          .insertInto('users')
          .values({ id, name, email, password_hash: account.passwordHash, created_at: account.createdAt })
          .onConflict((conflict) => conflict.column('email').doNothing())
          .returning('id')
          .executeTakeFirst()
        return row === undefined ? null : account
      }),
    byEmail: (email) => find('email', email),
    byId: (id) => find('id', id),
    setPassword: (id, { from, to }) =>
      database.write(async (trx) => {
        const row = await trx
          .updateTable('users')
          .set({ password_hash: to })
          .where('id', '=', id)
          .where('password_hash', '=', from)
          .returning('id')
          .executeTakeFirst()
        return row !== undefined
      }),
    remove: (id) =>
      database.write(async (trx) => {
        const sessions = trx.selectFrom('sessions').select('id').where('user_id', '=', id)
        await trx.deleteFrom('tickets').where('session_id', 'in', sessions).execute()
        // A session bears name, email and address; its credentials go with it.
        await trx.deleteFrom('sessions').where('user_id', '=', id).execute()
        await trx.deleteFrom('users').where('id', '=', id).execute()
      }),
  }
}
