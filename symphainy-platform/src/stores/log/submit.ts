import type { UserMessage } from '@symphainy/protocol'
import { dayOf, titleOf, type Submission, type Submitted } from '@symphainy/gateway'
import type { Trx } from '../writeQueue.js'
import { append, conversationOf, findLog, makeLog, note, saveLog, type LogRow } from './logRows.js'
import { findRun, keepMessage, startNext, type RunRow } from './runRows.js'

/** Appends a message at most once, makes its conversation, and starts or queues its run: one step of one transaction. [RS3] [RS7] [RS12] */
export async function submit(trx: Trx, epoch: string, s: Submission): Promise<Submitted> {
  const { userId } = s.key
  const existing = await findLog(trx, s.key)
  if (existing?.deleted === true) return { status: 'refused', code: 'gone' }
  const known = await findRun(trx, userId, s.id)
  if (known !== null) {
    return known.log === s.key.conversation ? { status: 'repeated', position: { epoch, offset: known.ackedOffset } } : { status: 'refused', code: 'conflict' }
  }
  const retried = s.retryOf === undefined ? null : await findRun(trx, userId, s.retryOf)
  if (s.retryOf !== undefined && !canBeRetried(retried, s.key.conversation)) return { status: 'refused', code: 'not_found' }
  if (!(await takeFromQuota(trx, s))) return { status: 'refused', code: 'quota_exceeded' }

  const log = existing ?? (await makeLog(trx, s.key, titleOf(s.text), s.now))
  if (existing === null) await note(trx, userId, conversationOf(log))
  const question = retried?.question ?? s.id
  if (s.retryOf === undefined) {
    const message: UserMessage = { role: 'user', id: s.id, text: s.text, agent: s.agent, createdAt: s.now }
    await append(trx, log, [{ message }])
    await keepMessage(trx, log, log.head, message, question)
  }
  const said = log.head
  await queue(trx, log, s, question)
  const started = await startNext(trx, log, s.now)
  const offset = s.retryOf === undefined ? said : log.head
  await trx.updateTable('runs').set({ acked_offset: offset }).where('user_id', '=', userId).where('id', '=', s.id).execute()
  await saveLog(trx, log)
  return { status: 'appended', position: { epoch, offset }, created: existing === null, ...(started === undefined ? {} : { started }) }
}

function canBeRetried(run: RunRow | null, conversation: string): boolean {
  return run !== null && run.log === conversation && (run.outcome === 'failed' || run.outcome === 'cancelled')
}

async function takeFromQuota(trx: Trx, s: Submission): Promise<boolean> {
  const day = dayOf(s.now)
  const row = await trx.selectFrom('daily_runs').select('runs').where('user_id', '=', s.key.userId).where('day', '=', day).executeTakeFirst()
  const runs = Number(row?.runs ?? 0)
  if (s.dailyRuns !== undefined && runs >= s.dailyRuns) return false
  // Counted apart from the runs themselves, so that deleting a conversation gives no question back.
  await trx
    .insertInto('daily_runs')
    .values({ user_id: s.key.userId, day, runs: 1 })
    .onConflict((conflict) => conflict.columns(['user_id', 'day']).doUpdateSet({ runs: runs + 1 }))
    .execute()
  return true
}

async function queue(trx: Trx, log: LogRow, s: Submission, question: string): Promise<void> {
  const last = await trx
    .selectFrom('runs')
    .select((eb) => eb.fn.max('queued').as('queued'))
    .where('user_id', '=', s.key.userId)
    .where('log', '=', s.key.conversation)
    .executeTakeFirst()
  await trx
    .insertInto('runs')
    .values({
      user_id: s.key.userId,
      id: s.id,
      log: s.key.conversation,
      status: 'waiting',
      outcome: null,
      question,
      retry_of: s.retryOf ?? null,
      agent: JSON.stringify(s.agent),
      answered_by: JSON.stringify(s.answeredBy),
      acked_offset: log.head,
      started_offset: null,
      queued: Number(last?.queued ?? 0) + 1,
      created_at: s.now,
    })
    .execute()
}
