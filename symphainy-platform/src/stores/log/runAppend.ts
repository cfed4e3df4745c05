import { isTerminal, type AgUiEvent } from '@symphainy/protocol'
import { runCancelled, runFailed, type EventLog, type LogEntry, type LogKey, type StartedRun } from '@symphainy/gateway'
import type { Trx } from '../writeQueue.js'
import { append, conversationOf, entriesAfter, findLog, note, saveLog } from './logRows.js'
import { begin, findRun, finish, startNext } from './runRows.js'

/** Appends events of a running run up to its terminal one, then starts the next. [RS5] [RS12] */
export async function appendRunEvents(
  trx: Trx,
  { key, run: id, events, now }: { key: LogKey; run: string; events: readonly AgUiEvent[]; now: number },
): Promise<{ entries: LogEntry[]; ended: boolean; next?: StartedRun }> {
  const log = await findLog(trx, key)
  const run = await findRun(trx, key.userId, id)
  if (log === null || log.deleted || run === null || run.log !== key.conversation) return { entries: [], ended: true }
  if (run.status !== 'running') return { entries: [], ended: run.status === 'ended' }
  const terminal = events.findIndex(isTerminal)
  const before = log.head
  await append(
    trx,
    log,
    (terminal < 0 ? events : events.slice(0, terminal + 1)).map((event) => ({ run: id, event })),
  )
  if (terminal < 0) {
    await saveLog(trx, log)
    return { entries: await entriesAfter(trx, key, before, events.length), ended: false }
  }
  await finish(trx, log, run)
  log.updatedAt = now
  const next = await startNext(trx, log, now)
  await saveLog(trx, log)
  await note(trx, key.userId, conversationOf(log))
  return { entries: await entriesAfter(trx, key, before, log.head - before), ended: true, ...(next === undefined ? {} : { next }) }
}

/** A waiting run begins and ends in one step, so that it too has one terminal event. [RS5] */
export async function cancelWaiting(trx: Trx, userId: string, id: string, now: number): Promise<Awaited<ReturnType<EventLog['cancelWaiting']>>> {
  const run = await findRun(trx, userId, id)
  const log = run === null ? null : await findLog(trx, { userId, conversation: run.log })
  if (run === null || log === null || log.deleted) return 'not_found'
  if (run.status !== 'waiting') return run.status
  await begin(trx, log, run, now)
  await append(trx, log, [{ run: id, event: runCancelled(run.log, id) }])
  await finish(trx, log, run)
  await saveLog(trx, log)
  return 'cancelled'
}

/** Ends a run that no process executes any more; gives the run that its ending started. [RS5] */
export async function interruptOne(trx: Trx, { userId, run: id }: { userId: string; run: string }, now: number): Promise<StartedRun | undefined> {
  const run = await findRun(trx, userId, id)
  if (run === null) return undefined
  const { next } = await appendRunEvents(trx, { key: { userId, conversation: run.log }, run: id, events: [runFailed('interrupted')], now })
  return next
}
