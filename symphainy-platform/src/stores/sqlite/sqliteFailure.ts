import type { FailureFacts } from './messages.js'

/** The result codes of SQLite that are told apart here; the low byte of an extended code. */
const CONSTRAINT = 19
const CORRUPT = 11
const NOT_A_DATABASE = 26
const BUSY = 5
const CANNOT_OPEN = 14
const READ_ONLY = 8

export type SqliteFailureKind = 'busy' | 'constraint' | 'corrupt' | 'access' | 'closed' | 'other'

/** What SQLite refused. Never leaves `stores`: callers see `GatewayError('unavailable')` with this as its cause. */
export class SqliteFailure extends Error {
  override readonly name = 'SqliteFailure'
  readonly kind: SqliteFailureKind

  constructor(facts: FailureFacts | 'closed', cause?: unknown) {
    super(facts === 'closed' ? 'The database thread has ended.' : facts.message, cause === undefined ? undefined : { cause })
    this.kind = facts === 'closed' ? 'closed' : kindOf(facts.code)
  }
}

function kindOf(code: number | undefined): SqliteFailureKind {
  switch (code === undefined ? undefined : code & 0xff) {
    case CONSTRAINT:
      return 'constraint'
    case CORRUPT:
    case NOT_A_DATABASE:
      return 'corrupt'
    case BUSY:
      return 'busy'
    case CANNOT_OPEN:
    case READ_ONLY:
      return 'access'
    default:
      return 'other'
  }
}
