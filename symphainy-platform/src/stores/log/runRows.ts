import {
  foldEvent,
  newRunMessage,
  type AgentAddress,
  type AgentMessage,
  type AgUiEvent,
  type AnsweredBy,
  type LogMessage,
  type UserMessage,
} from '@symphainy/protocol'
import { runStarted, type StartedRun } from '@symphainy/gateway'
import type { Selectable } from 'kysely'
import type { Tables } from '../tables.js'
import type { Trx } from '../writeQueue.js'
import { append, searchable, type LogRow } from './logRows.js'

/** A run as it stands in the transaction at hand. */
export interface RunRow {
  run: string
  log: string
  status: 'waiting' | 'running' | 'ended'
  outcome: 'finished' | 'failed' | 'cancelled' | null
  question: string
  retryOf: string | null
  agent: AgentAddress
  answeredBy: AnsweredBy
  ackedOffset: number
  startedOffset: number | null
}

/** How many messages of a conversation an agent is given. */
const AGENT_MESSAGES = 50

export async function findRun(trx: Trx, userId: string, run: string): Promise<RunRow | null> {
  const row = await trx.selectFrom('runs').selectAll().where('user_id', '=', userId).where('id', '=', run).executeTakeFirst()
  return row === undefined ? null : runOf(row)
}

export async function runningRun(trx: Trx, log: LogRow): Promise<RunRow | null> {
  const row = await runsOf(trx, log, 'running').executeTakeFirst()
  return row === undefined ? null : runOf(row)
}

function runsOf(trx: Trx, log: LogRow, status: RunRow['status']) {
  return trx
    .selectFrom('runs')
    .selectAll()
    .where('user_id', '=', log.key.userId)
    .where('log', '=', log.key.conversation)
    .where('status', '=', status)
    .orderBy('queued')
}

export function runOf(row: Selectable<Tables['runs']>): RunRow {
  return {
    run: row.id,
    log: row.log,
    status: row.status,
    outcome: row.outcome,
    question: row.question,
    retryOf: row.retry_of,
    agent: JSON.parse(row.agent) as AgentAddress,
    answeredBy: JSON.parse(row.answered_by) as AnsweredBy,
    ackedOffset: Number(row.acked_offset),
    startedOffset: row.started_offset === null ? null : Number(row.started_offset),
  }
}

/** Starts the run that has waited longest, if none goes on. [RS12] */
export async function startNext(trx: Trx, log: LogRow, now: number): Promise<StartedRun | undefined> {
  if ((await runningRun(trx, log)) !== null) return undefined
  const row = await runsOf(trx, log, 'waiting').executeTakeFirst()
  if (row === undefined) return undefined
  const run = runOf(row)
  await begin(trx, log, run, now)
  return { run: run.run, key: log.key, agent: run.agent, messages: await messagesForAgent(trx, log, run) }
}

/** Writes RUN_STARTED, and that the run goes on. */
export async function begin(trx: Trx, log: LogRow, run: RunRow, now: number): Promise<void> {
  const event = runStarted({
    run: run.run,
    conversation: log.key.conversation,
    agent: run.agent,
    answeredBy: run.answeredBy,
    now,
    ...(run.retryOf === null ? {} : { retryOf: run.retryOf }),
  })
  await append(trx, log, [{ run: run.run, event }])
  run.startedOffset = log.head
  run.status = 'running'
  await trx.updateTable('runs').set({ status: 'running', started_offset: log.head }).where('user_id', '=', log.key.userId).where('id', '=', run.run).execute()
}

/** After the terminal event: the run is folded into the message that history shows from now on. */
export async function finish(trx: Trx, log: LogRow, run: RunRow): Promise<void> {
  const message = await fold(trx, log, run)
  const outcome = message.status === 'running' ? 'failed' : message.status
  await trx.updateTable('runs').set({ status: 'ended', outcome }).where('user_id', '=', log.key.userId).where('id', '=', run.run).execute()
  await keepMessage(trx, log, run.startedOffset ?? log.head, message, run.question)
}

export async function keepMessage(trx: Trx, log: LogRow, offset: number, message: UserMessage | AgentMessage, question: string): Promise<void> {
  await trx
    .insertInto('messages')
    .values({
      user_id: log.key.userId,
      log: log.key.conversation,
      entry_offset: offset,
      role: message.role,
      id: message.id,
      question,
      body: JSON.stringify(message),
      words: searchable(message.text),
    })
    .execute()
}

async function fold(trx: Trx, log: LogRow, run: RunRow): Promise<AgentMessage> {
  return (await eventsOf(trx, log, run)).reduce(foldEvent, newRunMessage(run.run, 0))
}

export async function eventsOf(trx: Trx, log: LogRow, run: RunRow): Promise<AgUiEvent[]> {
  const rows = await trx
    .selectFrom('entries')
    .select('body')
    .where('user_id', '=', log.key.userId)
    .where('log', '=', log.key.conversation)
    .where('entry_offset', '>=', run.startedOffset ?? 0)
    .where('run', '=', run.run)
    .orderBy('entry_offset')
    .execute()
  return rows.map(({ body }) => JSON.parse(body) as AgUiEvent)
}

/** The conversation for an agent: each answer behind its question, none that is being tried again, the question last. */
async function messagesForAgent(trx: Trx, log: LogRow, run: RunRow): Promise<(UserMessage | AgentMessage)[]> {
  const ofLog = trx.selectFrom('messages').where('user_id', '=', log.key.userId).where('log', '=', log.key.conversation)
  const asked = await ofLog.select('entry_offset').where('role', '=', 'user').where('id', '=', run.question).executeTakeFirst()
  if (asked === undefined) return []
  const questions = await ofLog
    .select(['id', 'body'])
    .where('role', '=', 'user')
    .where('entry_offset', '<=', asked.entry_offset)
    .orderBy('entry_offset', 'desc')
    .limit(AGENT_MESSAGES)
    .execute()
  const ids = questions.map(({ id }) => id).filter((id) => id !== run.question)
  const answers = new Map<string, AgentMessage[]>()
  if (ids.length > 0) {
    const rows = await ofLog
      .select(['question', 'body'])
      .where('role', '=', 'assistant')
      .where('question', 'in', ids)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('runs')
              .select('runs.id')
              .where('runs.user_id', '=', log.key.userId)
              .where('runs.log', '=', log.key.conversation)
              .whereRef('runs.retry_of', '=', 'messages.id'),
          ),
        ),
      )
      .orderBy('entry_offset')
      .execute()
    for (const { question, body } of rows) answers.set(question, [...(answers.get(question) ?? []), JSON.parse(body) as AgentMessage])
  }
  return questions
    .toReversed()
    .flatMap(({ id, body }): (UserMessage | AgentMessage)[] => [JSON.parse(body) as UserMessage, ...(answers.get(id) ?? [])])
    .slice(-AGENT_MESSAGES)
}

export type ShownMessage = Exclude<LogMessage, { role: 'conversation' }>
