import type { AgentAddress, AgUiEvent, AnsweredBy, ConversationRecord, LogMessage, Position, RunSnapshot, UserMessage, AgentMessage } from '@symphainy/protocol'

/** Names a log. Somebody else's id is the same as none: every key has its user in it. [RS7] */
export interface LogKey {
  userId: string
  /** A conversation's id, or `@user`. */
  conversation: string
}

/** One appended thing at its place. */
export type LogEntry = { offset: number; message: LogMessage } | { offset: number; run: string; event: AgUiEvent }

/** A run that was started by an append and that somebody must now execute. */
export interface StartedRun {
  run: string
  key: LogKey
  agent: AgentAddress
  /**
   * The conversation up to and with the message to answer, oldest first, each answer behind its question; the newest
   * 50. An answer that is being tried again is left out. The last one is the message to answer.
   */
  messages: (UserMessage | AgentMessage)[]
}

export interface Submission {
  key: LogKey
  id: string
  text: string
  agent: AgentAddress
  retryOf?: string
  /** Milliseconds since the Unix epoch. */
  now: number
  /** What stands behind the agent; goes into RUN_STARTED. */
  answeredBy: AnsweredBy
  /** Runs that the user may start a day (UTC), or undefined for no limit. */
  dailyRuns?: number
}

export type Submitted =
  /** Appended, durable. `started`: its run began in the same transaction; else it waits for the one before. [RS12] */
  | { status: 'appended'; position: Position; created: boolean; started?: StartedRun }
  /** This id was appended before, to this conversation: the same position again. [RS3] */
  | { status: 'repeated'; position: Position }
  | { status: 'refused'; code: 'gone' | 'conflict' | 'not_found' | 'quota_exceeded' }

/** What a reader gets who says what it has. Never a part of what it lacks. [RS2] */
export type Read =
  | { status: 'entries'; epoch: string; entries: LogEntry[]; head: number }
  | { status: 'snapshot'; snapshot: LogSnapshot }
  | { status: 'not_found' }

export interface LogSnapshot {
  epoch: string
  offset: number
  /** Oldest first: what users wrote and the runs that ended, each where it began; of `@user` the conversations that live, the latest last. */
  messages: LogMessage[]
  /** The run that goes on, if any; it stands here only, and not among `messages`. */
  run?: RunSnapshot
  /** There are messages before the first of these. */
  more?: true
}

/**
 * Conversations: append-only logs, each entry at the next offset of its epoch. Every method is one transaction, and
 * resolves when it is durable. Rejects only with `GatewayError('unavailable')`.
 */
export interface EventLog {
  /**
   * Appends a user's message at most once per id, makes the conversation if there is none, and starts its run
   * (RUN_STARTED in the same transaction) unless another runs there: then it waits its turn. A deleted conversation
   * refuses with `gone`; an id that was used in another conversation with `conflict`; `retryOf` without a failed or
   * cancelled run of that id with `not_found`. [RS3] [RS7] [RS12]
   */
  submit(submission: Submission): Promise<Submitted>
  /**
   * Appends events of a running run, in order. After the run's terminal event nothing of it is appended any more.
   * A terminal event also starts the next waiting message's run, in the same transaction. `entries`: all that this
   * call appended to the conversation, the next run's RUN_STARTED included. `ended`: whether the run has its terminal
   * event after this call; true also for a run that does not exist (any more). [RS5] [RS12]
   */
  appendRunEvents(append: {
    key: LogKey
    run: string
    events: readonly AgUiEvent[]
    now: number
  }): Promise<{ entries: LogEntry[]; ended: boolean; next?: StartedRun }>
  /** What comes after a position (`limit` entries at most, in order), or a snapshot when that is not known here. [RS2] */
  read(key: LogKey, after: Position | undefined, limit: number): Promise<Read>
  /** The newest state at once. Bounded by SNAPSHOT_MESSAGES and SNAPSHOT_BYTES. `@user` always exists. [FR2] */
  snapshot(key: LogKey): Promise<LogSnapshot | null>
  /** Who runs what of this user: to find the run that a `cancel` names. */
  findRun(userId: string, run: string): Promise<{ conversation: string; status: 'waiting' | 'running' | 'ended' } | null>
  /** Ends a waiting run as cancelled (its RUN_STARTED and RUN_FINISHED are appended), or tells that it runs or ended. */
  cancelWaiting(userId: string, run: string, now: number): Promise<'cancelled' | 'running' | 'ended' | 'not_found'>
  /**
   * For the start after a crash: ends every running run with RUN_ERROR `interrupted` and gives those that its ending
   * started. [RS5]
   */
  interruptRuns(now: number): Promise<{ interrupted: number; next: StartedRun[] }>

  /** Newest first; `search` looks in titles and texts. */
  conversations(
    userId: string,
    page: { before?: string; limit: number; search?: string },
  ): Promise<{ conversations: ConversationRecord[]; next: string | null }>
  /** Messages before an opaque cursor (from the end without one), newest first. Null: not found. */
  messages(key: LogKey, page: { before?: string; limit: number }): Promise<{ messages: LogMessage[]; next: string | null } | null>
  rename(key: LogKey, title: string, now: number): Promise<ConversationRecord | null>
  /** Deletes what was said and leaves a tombstone. `running`: the run that must be cancelled. [RS7] */
  remove(key: LogKey, now: number): Promise<{ running?: string } | null>
  /** Everything of the user, for the export; oldest first. */
  exportUser(userId: string): AsyncIterable<{ conversation: ConversationRecord; messages: LogMessage[] }>
  /** Everything of the user, gone. Gives the runs that must be cancelled. */
  eraseUser(userId: string): Promise<{ running: string[] }>
}
