import assert from 'node:assert/strict'
import type { EventLog, LogSnapshot } from '@symphainy/gateway'
import { SNAPSHOT_BYTES, SNAPSHOT_MESSAGES, USER_LOG, foldEvent, newRunMessage, type AgentMessage, type AgUiEvent, type LogMessage } from '@symphainy/protocol'
import { contract, type ContractCase } from '../contract.js'
import {
  ADA,
  ADAS_LOG,
  BOB,
  NOW,
  TALK,
  allEntries,
  answer,
  exchange,
  finished,
  outline,
  say,
  snapshotOf,
  textDelta,
  textEnd,
  textStart,
} from './conversation.js'

/** What a client shows after a snapshot: the messages, and the run that goes on, folded. */
function shown({ messages, run }: Pick<LogSnapshot, 'messages' | 'run'>): LogMessage[] {
  return run === undefined ? messages : [...messages, run.events.reduce(foldEvent, newRunMessage(run.run, 0))]
}

/** What a client shows that has followed the log from its start. */
async function replayed(log: EventLog): Promise<LogMessage[]> {
  const messages: LogMessage[] = []
  for (const entry of await allEntries(log)) {
    if ('message' in entry) messages.push(entry.message)
    else if (entry.event.type === 'RUN_STARTED') messages.push(foldEvent(newRunMessage(entry.run, 0), entry.event))
    else {
      const index = messages.findIndex((message) => message.role === 'assistant' && message.id === entry.run)
      messages[index] = foldEvent(messages[index] as AgentMessage, entry.event)
    }
  }
  return messages
}

/** Reading: every later entry, or a snapshot; never a part. */
export const readingCases: readonly ContractCase<EventLog>[] = contract<EventLog>({
  '[RS2] gives every later entry in order, in pages, and the head': async (log) => {
    await exchange(log, 'message-1')
    const { epoch, offset } = await snapshotOf(log)
    const read = await log.read(TALK, { epoch, offset: 2 }, 2)
    assert.ok(read.status === 'entries')
    assert.equal(read.epoch, epoch)
    assert.equal(read.head, offset)
    assert.deepEqual(outline(read.entries), ['TEXT_MESSAGE_START message-1', 'TEXT_MESSAGE_CONTENT message-1'])
    assert.equal((await allEntries(log)).length, offset)
  },
  '[RS2] at the head there is nothing to give': async (log) => {
    await exchange(log, 'message-1')
    const { epoch, offset } = await snapshotOf(log)
    assert.deepEqual(await log.read(TALK, { epoch, offset }, 10), { status: 'entries', epoch, entries: [], head: offset })
  },
  '[RS2] no position, an unknown epoch and an offset above the head get a snapshot': async (log) => {
    await exchange(log, 'message-1')
    const snapshot = await snapshotOf(log)
    for (const after of [
      undefined,
      { epoch: 'another', offset: 1 },
      { epoch: snapshot.epoch, offset: snapshot.offset + 1 },
      { epoch: snapshot.epoch, offset: Number.MAX_SAFE_INTEGER },
    ]) {
      assert.deepEqual(await log.read(TALK, after, 10), { status: 'snapshot', snapshot })
    }
  },
  '[RS7] reading never makes anything: an unknown id, and another user’s, are the same as none': async (log) => {
    await exchange(log, 'message-1')
    for (const key of [
      { userId: ADA, conversation: 'unknown-talk' },
      { userId: BOB, conversation: TALK.conversation },
    ]) {
      assert.deepEqual(await log.read(key, undefined, 10), { status: 'not_found' })
      assert.deepEqual(await log.read(key, await snapshotOf(log), 10), { status: 'not_found' })
      assert.equal(await log.snapshot(key), null)
      assert.equal(await log.messages(key, { limit: 10 }), null)
      assert.equal(await log.rename(key, 'mine', NOW), null)
      assert.equal(await log.remove(key, NOW), null)
    }
    assert.equal((await log.conversations(BOB, { limit: 10 })).conversations.length, 0)
    assert.equal((await say(log, 'message-2', { key: { userId: ADA, conversation: 'unknown-talk' } })).created, true)
  },
  '[RS2] [S4] a snapshot at any moment shows what following the log shows': async (log) => {
    const compare = async (): Promise<void> => assert.deepEqual(new Set(shown(await snapshotOf(log))), new Set(await replayed(log)))
    await say(log, 'message-1')
    await compare()
    await log.appendRunEvents({ key: TALK, run: 'message-1', events: [textStart('m'), textDelta('m', 'a'), textDelta('m', 'b')], now: NOW })
    await compare()
    await say(log, 'message-2')
    await compare()
    await log.appendRunEvents({ key: TALK, run: 'message-1', events: [textDelta('m', 'c'), textEnd('m'), finished('message-1')], now: NOW })
    await compare()
    await answer(log, 'message-2', 'second')
    await compare()
  },
  '[RS2] a snapshot names the place after which entries go on': async (log) => {
    await say(log, 'message-1')
    const { epoch, offset } = await snapshotOf(log)
    await answer(log, 'message-1', 'yes')
    const read = await log.read(TALK, { epoch, offset }, 10)
    assert.ok(read.status === 'entries')
    assert.deepEqual(outline(read.entries), [
      'TEXT_MESSAGE_START message-1',
      'TEXT_MESSAGE_CONTENT message-1',
      'TEXT_MESSAGE_END message-1',
      'RUN_FINISHED message-1',
    ])
  },
  '[RS6] the run that goes on stands in the snapshot with its deltas merged, and only there': async (log) => {
    await say(log, 'message-1')
    await log.appendRunEvents({ key: TALK, run: 'message-1', events: [textStart('m'), textDelta('m', 'a'), textDelta('m', 'b')], now: NOW })
    const { messages, run } = await snapshotOf(log)
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['user'],
    )
    assert.equal(run?.run, 'message-1')
    assert.deepEqual(
      run.events.map(({ type }) => type),
      ['RUN_STARTED', 'TEXT_MESSAGE_START', 'TEXT_MESSAGE_CONTENT'],
    )
    assert.equal((run.events[2] as Extract<AgUiEvent, { type: 'TEXT_MESSAGE_CONTENT' }>).delta, 'ab')
    await log.appendRunEvents({ key: TALK, run: 'message-1', events: [textEnd('m'), finished('message-1')], now: NOW })
    const after = await snapshotOf(log)
    assert.equal(after.run, undefined)
    assert.deepEqual(
      after.messages.map(({ role }) => role),
      ['user', 'assistant'],
    )
  },
  '[FR2] a snapshot holds the newest messages, and so many at most': async (log) => {
    for (let index = 0; index < 30; index += 1) await exchange(log, `message-${String(index).padStart(2, '0')}`)
    const { messages, offset } = await snapshotOf(log)
    assert.equal(messages.length, SNAPSHOT_MESSAGES)
    assert.equal(messages.at(-1)?.id, 'message-29')
    assert.equal(messages[0]?.id, 'message-05')
    assert.equal(offset, 30 * 6)
  },
  '[FR2] a snapshot holds so many bytes at most, the newest first': async (log) => {
    for (let index = 0; index < 6; index += 1) await exchange(log, `message-${index}`, { text: 'ü'.repeat(60_000) })
    const snapshot = await snapshotOf(log)
    assert.ok(Buffer.byteLength(JSON.stringify(snapshot)) <= SNAPSHOT_BYTES + 1_000)
    assert.equal(snapshot.messages.at(-1)?.id, 'message-5')
    assert.ok(snapshot.messages.length >= 6)
  },
  '[FR2] a snapshot says `more` exactly when there are messages before its first one': async (log) => {
    const message = (index: number): string => `message-${String(index).padStart(2, '0')}`
    for (let index = 0; index < SNAPSHOT_MESSAGES / 2; index += 1) await exchange(log, message(index))
    assert.equal('more' in (await snapshotOf(log)), false, 'all of them fit')
    await say(log, message(SNAPSHOT_MESSAGES / 2))
    assert.equal((await snapshotOf(log)).more, true, 'one more than a snapshot holds')
    const long = { userId: ADA, conversation: 'talk-long' }
    for (let index = 0; index < 3; index += 1) await exchange(log, `long-${index}-x`, { key: long, text: 'x'.repeat(SNAPSHOT_BYTES / 2 - 1_000) })
    const { messages, more } = await snapshotOf(log, long)
    assert.ok(messages.length < 6 && more === true, 'cut by its bytes')
    for (let index = 0; index < SNAPSHOT_MESSAGES - 2; index += 1)
      await say(log, `other-${message(index)}`, { key: { userId: ADA, conversation: `talk-${message(index)}` } })
    assert.equal('more' in (await snapshotOf(log, ADAS_LOG)), false, 'all conversations fit')
    await say(log, 'one-more-1', { key: { userId: ADA, conversation: 'one-more-1' } })
    assert.equal((await snapshotOf(log, ADAS_LOG)).more, true, 'one more conversation')
  },
  '[RS7] @user exists for everyone, and keeps its epoch': async (log) => {
    const first = await snapshotOf(log, { userId: 'user-new', conversation: USER_LOG })
    assert.deepEqual({ offset: first.offset, messages: first.messages }, { offset: 0, messages: [] })
    await say(log, 'message-1', { key: { userId: 'user-new', conversation: 'talk-of-new' } })
    const read = await log.read({ userId: 'user-new', conversation: USER_LOG }, { epoch: first.epoch, offset: 0 }, 10)
    assert.ok(read.status === 'entries', 'a reader of the empty log misses nothing')
    assert.equal(read.entries.length, 1)
  },
  '[FR7] [RS7] the snapshot of @user holds each conversation once, as it is now': async (log) => {
    for (const id of ['one', 'two', 'three']) await exchange(log, `message-${id}`, { key: { userId: ADA, conversation: `talk-of-${id}` } })
    await log.rename({ userId: ADA, conversation: 'talk-of-two' }, 'Second', NOW + 5)
    await log.remove({ userId: ADA, conversation: 'talk-of-three' }, NOW + 6)
    const { messages, offset } = await snapshotOf(log, ADAS_LOG)
    assert.deepEqual(messages.map(({ id }) => id).sort(), ['talk-of-one', 'talk-of-two'])
    assert.ok(messages.some((message) => message.role === 'conversation' && message.title === 'Second'))
    assert.equal(offset, (await allEntries(log, ADAS_LOG)).length)
  },
})
