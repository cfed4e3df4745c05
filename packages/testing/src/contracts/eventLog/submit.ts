import assert from 'node:assert/strict'
import type { EventLog } from '@symphainy/gateway'
import { atOnce, contract, type ContractCase } from '../contract.js'
import {
  ADA,
  ADAS_LOG,
  ANSWERED_BY,
  BOB,
  NOW,
  TALK,
  allEntries,
  answer,
  exchange,
  failed,
  finished,
  outline,
  records,
  say,
  snapshotOf,
  submission,
} from './conversation.js'

const DAY = 86_400_000
const ELSEWHERE = { userId: ADA, conversation: 'talk-0002' }

/** Messages coming in: once, in order, each answered. */
export const submitCases: readonly ContractCase<EventLog>[] = contract<EventLog>({
  '[RS7] a message to an unknown id makes the conversation and begins its run in the same step': async (log) => {
    const { position, created, started } = await say(log, 'message-1', { text: '  How do\n I connect?  ' })
    assert.equal(created, true)
    assert.equal(position.offset, 1)
    assert.equal(started?.run, 'message-1')
    assert.deepEqual(started.key, TALK)
    assert.deepEqual(started.agent, { type: 'guide' })
    assert.deepEqual(started.messages, [{ role: 'user', id: 'message-1', text: '  How do\n I connect?  ', agent: { type: 'guide' }, createdAt: NOW }])
    assert.deepEqual(outline(await allEntries(log)), ['user message-1', 'RUN_STARTED message-1'])
    assert.deepEqual(await records(log), [{ role: 'conversation', id: TALK.conversation, title: 'How do I connect?', createdAt: NOW, updatedAt: NOW }])
  },
  '[FR6] [RS12] RUN_STARTED says whose run it is, when, by whom it is answered': async (log) => {
    await say(log, 'message-1', { agent: { type: 'liaison', pillar: 'insights' } })
    const entry = (await allEntries(log))[1]
    assert.ok(entry !== undefined && 'event' in entry)
    const { threadId, runId, timestamp, metadata, parentRunId } = entry.event as unknown as Record<string, unknown>
    assert.deepEqual(
      { threadId, runId, timestamp, metadata, parentRunId },
      {
        threadId: TALK.conversation,
        runId: 'message-1',
        timestamp: NOW,
        metadata: { symphainy: { agent: { type: 'liaison', pillar: 'insights' }, answeredBy: ANSWERED_BY } },
        parentRunId: undefined,
      },
    )
  },
  '[FR7] [RS7] a long first message gives a title of 60 characters': async (log) => {
    await say(log, 'message-1', { text: 'x'.repeat(500) })
    assert.equal((await records(log))[0]?.title, 'x'.repeat(60))
  },
  '[S5] [RS3] the same id again gives the same position and appends nothing': async (log) => {
    const first = await say(log, 'message-1')
    const again = await log.submit(submission('message-1', { text: 'other words', now: NOW + 5 }))
    assert.deepEqual(again, { status: 'repeated', position: first.position })
    await answer(log, 'message-1', 'yes')
    assert.deepEqual(await log.submit(submission('message-1')), { status: 'repeated', position: first.position }, 'after the run too')
    assert.equal(outline(await allEntries(log)).filter((line) => line.startsWith('user')).length, 1)
  },
  '[S5] [RS3] of 20 submissions of one id at once one is appended': async (log) => {
    const results = await atOnce(20, () => log.submit(submission('message-1')))
    assert.equal(results.filter(({ status }) => status === 'appended').length, 1)
    assert.equal(results.filter(({ status }) => status === 'repeated').length, 19)
    assert.deepEqual(outline(await allEntries(log)), ['user message-1', 'RUN_STARTED message-1'])
    assert.equal((await records(log)).length, 1)
  },
  '[RS3] an id that was used in another conversation is a conflict, and makes none': async (log) => {
    await say(log, 'message-1')
    assert.deepEqual(await log.submit(submission('message-1', { key: ELSEWHERE })), { status: 'refused', code: 'conflict' })
    assert.equal(await log.snapshot(ELSEWHERE), null)
  },
  '[RS12] 20 messages at once stand in the log without a hole, and one run goes on': async (log) => {
    const results = await atOnce(20, (index) => log.submit(submission(`message-${String(index).padStart(2, '0')}`)))
    const starts = results.filter((result) => result.status === 'appended' && result.started !== undefined)
    assert.equal(starts.length, 1)
    const lines = outline(await allEntries(log))
    assert.equal(lines.length, 21)
    assert.equal(lines.filter((line) => line.startsWith('RUN_STARTED')).length, 1)
  },
  '[RS12] messages sent meanwhile are answered next, in order, each start in the step of the end before': async (log) => {
    await say(log, 'message-1')
    assert.equal((await say(log, 'message-2')).started, undefined)
    assert.equal((await say(log, 'message-3')).started, undefined)
    const second = await answer(log, 'message-1', 'one')
    assert.equal(second?.run, 'message-2')
    assert.deepEqual(
      second.messages.map(({ role, id }) => `${role} ${id}`),
      ['user message-1', 'assistant message-1', 'user message-2'],
    )
    const third = await answer(log, 'message-2', 'two')
    assert.deepEqual(
      third?.messages.map(({ role, id }) => `${role} ${id}`),
      ['user message-1', 'assistant message-1', 'user message-2', 'assistant message-2', 'user message-3'],
    )
    assert.equal(await answer(log, 'message-3', 'three'), undefined)
    assert.deepEqual(
      outline(await allEntries(log)).filter((line) => /^(user|RUN)/.test(line)),
      [
        'user message-1',
        'RUN_STARTED message-1',
        'user message-2',
        'user message-3',
        'RUN_FINISHED message-1',
        'RUN_STARTED message-2',
        'RUN_FINISHED message-2',
        'RUN_STARTED message-3',
        'RUN_FINISHED message-3',
      ],
    )
  },
  '[RS12] conversations do not wait for each other': async (log) => {
    await say(log, 'message-1')
    assert.equal((await say(log, 'message-2', { key: ELSEWHERE })).started?.run, 'message-2')
  },
  '[RS5] a retry runs again without a second user message, and its input ends with the question': async (log) => {
    await exchange(log, 'message-0')
    await say(log, 'message-1')
    await answer(log, 'message-1', 'half', { end: failed() })
    const retry = await say(log, 'message-2', { text: '', retryOf: 'message-1' })
    assert.equal(retry.created, false)
    assert.equal(retry.started?.messages.at(-1)?.id, 'message-1')
    assert.equal(retry.started.messages.at(-1)?.role, 'user')
    assert.ok(!retry.started.messages.some(({ role, id }) => role === 'assistant' && id === 'message-1'))
    const entries = await allEntries(log)
    assert.equal(outline(entries).filter((line) => line.startsWith('user')).length, 2)
    const last = entries.at(-1)
    assert.ok(last !== undefined && 'event' in last && last.event.type === 'RUN_STARTED')
    assert.equal(last.event.parentRunId, 'message-1')
    assert.deepEqual(await log.submit(submission('message-2', { text: '', retryOf: 'message-1' })), { status: 'repeated', position: retry.position })
    await answer(log, 'message-2', 'whole', { end: failed() })
    const second = await say(log, 'message-3', { text: '', retryOf: 'message-2' })
    assert.equal(second.started?.messages.at(-1)?.id, 'message-1', 'a retry of a retry asks the same question')
  },
  '[RS5] nothing is retried but a failed or cancelled run of this conversation': async (log) => {
    await say(log, 'message-1')
    const retry = (id: string, retryOf: string, key = TALK): ReturnType<EventLog['submit']> => log.submit(submission(id, { text: '', retryOf, key }))
    const refused = { status: 'refused', code: 'not_found' }
    assert.deepEqual(await retry('message-2', 'message-1'), refused, 'still running')
    await answer(log, 'message-1', 'yes')
    assert.deepEqual(await retry('message-3', 'message-1'), refused, 'finished')
    assert.deepEqual(await retry('message-4', 'message-9'), refused, 'unknown')
    assert.deepEqual(await retry('message-5', 'message-1', ELSEWHERE), refused, 'elsewhere')
    assert.equal(await log.snapshot(ELSEWHERE), null, 'a refused retry makes no conversation')
  },
  '[S7] two users with the same ids see nothing of each other': async (log) => {
    const bobs = { userId: BOB, conversation: TALK.conversation }
    await say(log, 'message-1', { text: "Ada's" })
    assert.equal((await say(log, 'message-1', { key: bobs, text: "Bob's" })).created, true)
    await answer(log, 'message-1', "Ada's answer")
    assert.deepEqual(outline(await allEntries(log, bobs)), ['user message-1', 'RUN_STARTED message-1'])
    assert.ok(!JSON.stringify(await snapshotOf(log, bobs)).includes('Ada'))
    assert.equal((await records(log, BOB)).length, 1)
    assert.ok(!JSON.stringify(await log.conversations(BOB, { limit: 10 })).includes('Ada'))
    assert.equal((await log.findRun(BOB, 'message-1'))?.status, 'running')
  },
  '[FR2] the daily quota counts runs of a UTC day, retries too, repeats not': async (log) => {
    const limited = { dailyRuns: 2 }
    await say(log, 'message-1', limited)
    await log.submit(submission('message-1', limited))
    await answer(log, 'message-1', 'no', { end: failed() })
    await say(log, 'message-2', { ...limited, text: '', retryOf: 'message-1' })
    const refused = { status: 'refused', code: 'quota_exceeded' }
    assert.deepEqual(await log.submit(submission('message-3', { ...limited, key: ELSEWHERE })), refused)
    assert.equal(await log.snapshot(ELSEWHERE), null, 'a refused message makes no conversation')
    assert.equal((await log.submit(submission('message-1', limited))).status, 'repeated')
    await say(log, 'message-4', { ...limited, key: { userId: BOB, conversation: 'bobs-talk' } })
    await say(log, 'message-5', { ...limited, key: ELSEWHERE, now: NOW + DAY })
  },
  '[FR7] [RS12] the end of a run moves the conversation in @user, once': async (log) => {
    await exchange(log, 'message-1', { now: NOW + 70 })
    const before = (await records(log)).length
    await say(log, 'message-2', { now: NOW + 80 })
    await answer(log, 'message-2', 'yes', { now: NOW + 90 })
    const moved = (await records(log)).slice(before)
    assert.equal(moved.at(-1)?.updatedAt, NOW + 90)
    await log.appendRunEvents({ key: TALK, run: 'message-2', events: [finished('message-2')], now: NOW + 99 })
    assert.equal((await records(log)).length, before + moved.length)
    assert.equal((await snapshotOf(log, ADAS_LOG)).offset, before + moved.length)
  },
})
