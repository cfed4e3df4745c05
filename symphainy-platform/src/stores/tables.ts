/**
 * The tables as kysely sees them. Times are milliseconds since the Unix epoch. JSON is kept as text, and whole numbers
 * as `bigint`, which PostgreSQL gives back as strings: read them with `Number()`.
 */
export interface Tables {
  facts: { name: string; value: string }
  users: { id: string; email: string; name: string; password_hash: string; created_at: number }
  sessions: {
    id: string
    user_id: string
    user_name: string
    user_email: string
    created_at: number
    expires_at: number
    absolute_expires_at: number
    last_seen_at: number
    user_agent: string
    address: string
    ended_reason: string | null
    ended_at: number | null
    fence: number
  }
  /** `grace_ends_at`: set once a later credential took its place. [AU7] */
  credentials: { hash: string; session_id: string; grace_ends_at: number | null }
  tickets: { hash: string; session_id: string; origin: string; expires_at: number }
  /** A conversation, or the user's own log; `head` is the offset of its newest entry; `words` is the title, folded for search. A deleted one stays as a tombstone. [RS7] */
  logs: {
    user_id: string
    id: string
    title: string
    created_at: number
    updated_at: number
    deleted_at: number | null
    head: number
    floor: number
    words: string
  }
  /** `run` is null for a message; `body` is a `LogMessage` or an AG-UI event. */
  entries: { user_id: string; log: string; entry_offset: number; run: string | null; body: string }
  /** Every message starts a run of its id, so that this table also knows which ids are taken. [RS3] */
  runs: {
    user_id: string
    id: string
    log: string
    status: 'waiting' | 'running' | 'ended'
    outcome: 'finished' | 'failed' | 'cancelled' | null
    /** The id of the user's message that it answers. */
    question: string
    retry_of: string | null
    agent: string
    answered_by: string
    /** The offset that the ack told. */
    acked_offset: number
    /** The offset of its RUN_STARTED; null while it waits. */
    started_offset: number | null
    /** Its place among those that wait: a counter of the log. */
    queued: number
    created_at: number
  }
  /** User messages and ended runs, folded: what snapshots, history, search and export show. `words`: folded for search. */
  messages: { user_id: string; log: string; entry_offset: number; role: 'user' | 'assistant'; id: string; question: string; body: string; words: string }
  daily_runs: { user_id: string; day: string; runs: number }
}
