import assert from 'node:assert/strict'
import type { EventLog } from '@symphainy/gateway'
import { foldEvent, newRunMessage, type AgentMessage } from '@symphainy/protocol'
import { atOnce, contract, type ContractCase } from '../contract.js'
import { ADA, BOB, NOW, TALK, allEntries, answer, exchange, failed, finished, outline, say, snapshotOf, textDelta, textEnd, textStart } from './conversation.js'

const isTerminalLine = (run: string) => (line: string) => line === `RUN_FINISHED ${run}` || line === `RUN_ERROR ${run}`

/** Runs: in order, each with one end, cancelled and interrupted. */
export const runCases: readonly ContractCase<EventLog>[] = contract<EventLog>({
  '[RS4] events are appended in order, unchanged, at the next offsets': async (log) => {
    await say(log, 'message-1')
    const events = [textStart('m'), textDelta('m', 'Hello '), textDelta('m', '<b>"wörld" 💬</b>\n\u2028')]
    const appended = await log.appendRunEvents({ key: TALK, run: 'message-1', events, now: NOW })
    assert.equal(appended.ended, false)
    assert.equal(appended.next, undefined)
    assert.deepEqual(
      appended.entries,
      events.map((event, index) => ({ offset: 3 + index, run: 'message-1', event })),
    )
    assert.deepEqual((await allEntries(log)).slice(2), appended.entries)
  },
  '[RS4] an append of no events is none': async (log) => {
    await say(log, 'message-1')
    assert.deepEqual(await log.appendRunEvents({ key: TALK, run: 'message-1', events: [], now: NOW }), { entries: [], ended: false })
  },
  '[RS4] appends of many runs at once leave no hole and mix no run': async (log) => {
    const keys = Array.from({ length: 8 }, (_, index) => ({ userId: ADA, conversation: `talk-many-${index}` }))
    await Promise.all(keys.map((key, index) => say(log, `many-run-${index}`, { key })))
    await Promise.all(keys.map((key, index) => answer(log, `many-run-${index}`, `answer ${index}`, { key })))
    for (const [index, key] of keys.entries()) {
      const { messages } = await snapshotOf(log, key)
      assert.equal((messages[1] as AgentMessage).text, `answer ${index}`)
      assert.equal((await allEntries(log, key)).length, 6)
    }
  },
  '[S8] nothing is appended to a run after its end, nor a second end': async (log) => {
    await say(log, 'message-1')
    const first = await log.appendRunEvents({
      key: TALK,
      run: 'message-1',
      events: [textStart('m'), failed(), textDelta('m', 'late'), finished('message-1')],
      now: NOW,
    })
    assert.equal(first.ended, true)
    assert.deepEqual(outline(first.entries), ['TEXT_MESSAGE_START message-1', 'RUN_ERROR message-1'])
    assert.deepEqual(await log.appendRunEvents({ key: TALK, run: 'message-1', events: [finished('message-1')], now: NOW }), { entries: [], ended: true })
    assert.equal(outline(await allEntries(log)).filter(isTerminalLine('message-1')).length, 1)
  },
  '[S8] of 10 ends at once one is appended, and one starts the next run': async (log) => {
    await say(log, 'message-1')
    await say(log, 'message-2')
    const ends = await atOnce(10, (index) =>
      log.appendRunEvents({ key: TALK, run: 'message-1', events: [index % 2 === 0 ? finished('message-1') : failed()], now: NOW }),
    )
    assert.equal(ends.filter(({ next }) => next !== undefined).length, 1)
    assert.ok(ends.every(({ ended }) => ended))
    const lines = outline(await allEntries(log))
    assert.equal(lines.filter(isTerminalLine('message-1')).length, 1)
    assert.equal(lines.filter((line) => line === 'RUN_STARTED message-2').length, 1)
  },
  '[RS12] the end of a run gives the next start with its entries': async (log) => {
    await say(log, 'message-1')
    await say(log, 'message-2')
    const end = await log.appendRunEvents({ key: TALK, run: 'message-1', events: [finished('message-1')], now: NOW })
    assert.deepEqual(outline(end.entries), ['RUN_FINISHED message-1', 'RUN_STARTED message-2'])
    assert.equal(end.next?.run, 'message-2')
  },
  '[RS5] a run that is unknown, waiting or of another user takes no events': async (log) => {
    await say(log, 'message-1')
    await say(log, 'message-2')
    const before = (await allEntries(log)).length
    assert.deepEqual(await log.appendRunEvents({ key: TALK, run: 'message-9', events: [failed()], now: NOW }), { entries: [], ended: true })
    assert.deepEqual(await log.appendRunEvents({ key: { ...TALK, userId: BOB }, run: 'message-1', events: [failed()], now: NOW }), { entries: [], ended: true })
    assert.deepEqual((await log.appendRunEvents({ key: TALK, run: 'message-2', events: [failed()], now: NOW })).entries, [])
    assert.equal((await allEntries(log)).length, before)
  },
  '[RS5] finds a run and says how far it is, for its user only': async (log) => {
    await say(log, 'message-1')
    await say(log, 'message-2')
    const found = (run: string): ReturnType<EventLog['findRun']> => log.findRun(ADA, run)
    assert.deepEqual(await found('message-1'), { conversation: TALK.conversation, status: 'running' })
    assert.deepEqual(await found('message-2'), { conversation: TALK.conversation, status: 'waiting' })
    await answer(log, 'message-1', 'yes')
    assert.deepEqual(await found('message-1'), { conversation: TALK.conversation, status: 'ended' })
    assert.deepEqual(await found('message-2'), { conversation: TALK.conversation, status: 'running' })
    assert.equal(await found('message-9'), null)
    assert.equal(await log.findRun(BOB, 'message-1'), null)
  },
  '[RS5] a waiting run that is cancelled begins and ends at once, and is never started': async (log) => {
    for (const id of ['message-1', 'message-2', 'message-3']) await say(log, id)
    assert.equal(await log.cancelWaiting(ADA, 'message-2', NOW), 'cancelled')
    assert.equal(await log.cancelWaiting(ADA, 'message-2', NOW), 'ended')
    assert.equal(await log.cancelWaiting(ADA, 'message-1', NOW), 'running')
    assert.equal(await log.cancelWaiting(ADA, 'message-9', NOW), 'not_found')
    assert.equal(await log.cancelWaiting(BOB, 'message-3', NOW), 'not_found')
    const events = (await allEntries(log)).flatMap((entry) => ('event' in entry && entry.run === 'message-2' ? [entry.event] : []))
    assert.deepEqual(
      events.map(({ type }) => type),
      ['RUN_STARTED', 'RUN_FINISHED'],
    )
    assert.equal(events.reduce(foldEvent, newRunMessage('message-2', 0)).status, 'cancelled')
    assert.equal((await answer(log, 'message-1', 'yes'))?.run, 'message-3')
  },
  '[RS5] [S8] a cancel of a waiting run and the end before it never give it two lives': async (log) => {
    for (const id of ['message-1', 'message-2']) await say(log, id)
    const [cancelled, end] = await Promise.all([
      log.cancelWaiting(ADA, 'message-2', NOW),
      log.appendRunEvents({ key: TALK, run: 'message-1', events: [finished('message-1')], now: NOW }),
    ])
    assert.equal(cancelled === 'cancelled', end.next === undefined)
    assert.equal(outline(await allEntries(log)).filter((line) => line === 'RUN_STARTED message-2').length, 1)
  },
  '[RS5] after a crash every running run ends as interrupted, and what waited begins': async (log) => {
    const other = { userId: BOB, conversation: 'talk-of-bob' }
    await exchange(log, 'message-0')
    await say(log, 'message-1')
    await say(log, 'message-2')
    await say(log, 'bobs-run-1', { key: other })
    await log.appendRunEvents({ key: TALK, run: 'message-1', events: [textStart('m'), textDelta('m', 'half')], now: NOW })
    const { interrupted, next } = await log.interruptRuns(NOW + 1)
    assert.equal(interrupted, 2)
    assert.deepEqual(
      next.map(({ run }) => run),
      ['message-2'],
    )
    assert.equal(next[0]?.messages.at(-1)?.id, 'message-2')
    const { messages } = await snapshotOf(log)
    const half = messages.find((message): message is AgentMessage => message.role === 'assistant' && message.id === 'message-1')
    assert.equal(half?.status, 'failed')
    assert.equal(half.error?.code, 'interrupted')
    assert.equal(half.text, 'half')
    assert.equal((await say(log, 'message-3', { text: '', retryOf: 'message-1' })).started, undefined, 'can be retried, behind the one that runs')
    assert.equal(outline(await allEntries(log, other)).filter(isTerminalLine('bobs-run-1')).length, 1)
  },
  '[RS5] interrupting when nothing runs changes nothing': async (log) => {
    await exchange(log, 'message-1')
    const before = await allEntries(log)
    assert.deepEqual(await log.interruptRuns(NOW), { interrupted: 0, next: [] })
    assert.deepEqual(await allEntries(log), before)
  },
  '[RS5] a step of the text that was left open does no harm to what is folded': async (log) => {
    await say(log, 'message-1')
    await log.appendRunEvents({
      key: TALK,
      run: 'message-1',
      events: [textStart('a'), textDelta('a', 'one'), textEnd('a'), textStart('b'), textDelta('b', 'two'), failed()],
      now: NOW,
    })
    assert.equal(((await snapshotOf(log)).messages[1] as AgentMessage).text, 'one\n\ntwo')
  },
})
