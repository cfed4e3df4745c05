import assert from 'node:assert/strict'
import type { EventLog, LogEntry, LogKey, LogSnapshot, StartedRun, Submission, Submitted } from '@symphainy/gateway'
import { GUIDE, USER_LOG, type AgUiEvent, type ConversationRecord } from '@symphainy/protocol'

/** A time by which the cases count: 12:00 UTC, so that some hours either way are the same day. */
export const NOW = 1_700_049_600_000
export const ADA = 'user-ada'
export const BOB = 'user-bob'
export const TALK: LogKey = { userId: ADA, conversation: 'talk-0001' }
export const ADAS_LOG: LogKey = { userId: ADA, conversation: USER_LOG }
export const ANSWERED_BY = { kind: 'search', label: 'Documentation search' } as const

export const submission = (id: string, over: Partial<Submission> = {}): Submission => ({
  key: TALK,
  id,
  text: `text of ${id}`,
  agent: GUIDE,
  now: NOW,
  answeredBy: ANSWERED_BY,
  ...over,
})

/** Submits, and fails the case when that was not appended. */
export async function say(log: EventLog, id: string, over: Partial<Submission> = {}): Promise<Extract<Submitted, { status: 'appended' }>> {
  const result = await log.submit(submission(id, over))
  assert.ok(result.status === 'appended', `${id}: ${result.status}`)
  return result
}

export const textStart = (messageId: string): AgUiEvent => ({ type: 'TEXT_MESSAGE_START', messageId, role: 'assistant' }) as AgUiEvent
export const textDelta = (messageId: string, delta: string): AgUiEvent => ({ type: 'TEXT_MESSAGE_CONTENT', messageId, delta }) as AgUiEvent
export const textEnd = (messageId: string): AgUiEvent => ({ type: 'TEXT_MESSAGE_END', messageId }) as AgUiEvent
export const finished = (run: string, conversation: string = TALK.conversation): AgUiEvent =>
  ({ type: 'RUN_FINISHED', threadId: conversation, runId: run }) as AgUiEvent
export const failed = (): AgUiEvent => ({ type: 'RUN_ERROR', code: 'agent_failed', message: 'No luck.' }) as AgUiEvent

/** Appends a whole answer to a running run. */
export async function answer(
  log: EventLog,
  run: string,
  text: string,
  over: { key?: LogKey; now?: number; end?: AgUiEvent } = {},
): Promise<StartedRun | undefined> {
  const key = over.key ?? TALK
  const events = [textStart(`m-${run}`), textDelta(`m-${run}`, text), textEnd(`m-${run}`), over.end ?? finished(run, key.conversation)]
  const appended = await log.appendRunEvents({ key, run, events, now: over.now ?? NOW })
  assert.equal(appended.ended, true)
  return appended.next
}

/** A message and its whole answer. */
export async function exchange(log: EventLog, id: string, over: Partial<Submission> = {}): Promise<void> {
  await say(log, id, over)
  await answer(log, id, `answer to ${id}`, { key: over.key ?? TALK, now: over.now ?? NOW })
}

/** Every entry of a log from its start, read in pages, as a reader that missed nothing would have got it. */
export async function allEntries(log: EventLog, key: LogKey = TALK): Promise<LogEntry[]> {
  const { epoch } = await snapshotOf(log, key)
  const entries: LogEntry[] = []
  for (;;) {
    const read = await log.read(key, { epoch, offset: entries.length }, 3)
    assert.equal(read.status, 'entries')
    if (read.status !== 'entries' || read.entries.length === 0) break
    entries.push(...read.entries)
  }
  assert.deepEqual(
    entries.map(({ offset }) => offset),
    entries.map((_, index) => index + 1),
    'offsets without a hole, from 1',
  )
  return entries
}

export async function snapshotOf(log: EventLog, key: LogKey = TALK): Promise<LogSnapshot> {
  const snapshot = await log.snapshot(key)
  assert.ok(snapshot !== null, `${key.conversation} exists`)
  return snapshot
}

/** The types of a log's entries: `user`, `conversation`, or the event's type with its run. */
export const outline = (entries: readonly LogEntry[]): string[] =>
  entries.map((entry) => ('message' in entry ? `${entry.message.role} ${entry.message.id}` : `${entry.event.type} ${entry.run}`))

/** The records of the user's own log, in order. */
export async function records(log: EventLog, userId: string = ADA): Promise<ConversationRecord[]> {
  return (await allEntries(log, { userId, conversation: USER_LOG })).map((entry) => ('message' in entry ? entry.message : undefined) as ConversationRecord)
}
