import assert from 'node:assert/strict'
import type { EventLog } from '@symphainy/gateway'
import { contract, type ContractCase } from '../contract.js'
import { ADA, ADAS_LOG, BOB, NOW, TALK, allEntries, exchange, finished, records, say, snapshotOf, submission } from './conversation.js'

/** Deleting a conversation, and a person. */
export const deletionCases: readonly ContractCase<EventLog>[] = contract<EventLog>({
  '[RS7] a deleted conversation is gone for every reader': async (log) => {
    await exchange(log, 'message-1', { text: 'secret words' })
    const position = await snapshotOf(log)
    assert.deepEqual(await log.remove(TALK, NOW + 1), {})
    assert.equal(await log.snapshot(TALK), null)
    assert.deepEqual(await log.read(TALK, position, 10), { status: 'not_found' })
    assert.equal(await log.messages(TALK, { limit: 10 }), null)
    assert.deepEqual((await log.conversations(ADA, { limit: 10, search: 'secret' })).conversations, [])
    for await (const _ of log.exportUser(ADA)) assert.fail('nothing is left to export')
  },
  '[FR7] [RS7] @user tells of the deletion, and forgets it in its snapshot': async (log) => {
    await exchange(log, 'message-1')
    await log.remove(TALK, NOW + 1)
    const last = (await records(log)).at(-1)
    assert.equal(last?.id, TALK.conversation)
    assert.equal(last.deleted, true)
    assert.deepEqual((await snapshotOf(log, ADAS_LOG)).messages, [])
  },
  '[RS7] a late message to a deleted conversation is refused as gone, old id or new': async (log) => {
    await exchange(log, 'message-1')
    await log.remove(TALK, NOW)
    assert.deepEqual(await log.submit(submission('message-2')), { status: 'refused', code: 'gone' })
    assert.deepEqual(await log.submit(submission('message-1')), { status: 'refused', code: 'gone' })
    assert.equal(await log.snapshot(TALK), null)
    assert.equal((await say(log, 'message-3', { key: { userId: BOB, conversation: TALK.conversation } })).created, true, 'the id is free for others')
  },
  '[RS7] deleting names the run to cancel; what it yields afterwards falls away': async (log) => {
    await say(log, 'message-1')
    await say(log, 'message-2')
    assert.deepEqual(await log.remove(TALK, NOW), { running: 'message-1' })
    assert.deepEqual(await log.appendRunEvents({ key: TALK, run: 'message-1', events: [finished('message-1')], now: NOW }), { entries: [], ended: true })
    assert.deepEqual(await log.interruptRuns(NOW), { interrupted: 0, next: [] }, 'no run of it is left')
    assert.equal(await log.snapshot(TALK), null)
  },
  '[RS7] deleting twice, or renaming what is deleted, finds nothing': async (log) => {
    await exchange(log, 'message-1')
    await log.remove(TALK, NOW)
    const before = (await records(log)).length
    assert.equal(await log.remove(TALK, NOW), null)
    assert.equal(await log.rename(TALK, 'again', NOW), null)
    assert.equal((await records(log)).length, before)
  },
  '[RS7] deleting one conversation leaves the others as they are': async (log) => {
    const other = { userId: ADA, conversation: 'talk-0002' }
    await exchange(log, 'message-1')
    await exchange(log, 'message-2', { key: other })
    const before = await allEntries(log, other)
    await log.remove(TALK, NOW)
    assert.deepEqual(await allEntries(log, other), before)
  },
  '[S7] erasing a user leaves nothing of theirs, and everything of others': async (log) => {
    const bobs = { userId: BOB, conversation: 'talk-of-bob' }
    await exchange(log, 'message-1')
    await say(log, 'message-2')
    await exchange(log, 'message-3', { key: bobs })
    assert.deepEqual(await log.eraseUser(ADA), { running: ['message-2'] })
    assert.equal(await log.snapshot(TALK), null)
    assert.deepEqual((await snapshotOf(log, ADAS_LOG)).messages, [])
    assert.deepEqual((await log.conversations(ADA, { limit: 10 })).conversations, [])
    assert.equal(await log.findRun(ADA, 'message-2'), null)
    assert.deepEqual(await log.appendRunEvents({ key: TALK, run: 'message-2', events: [finished('message-2')], now: NOW }), { entries: [], ended: true })
    assert.equal((await snapshotOf(log, bobs)).messages.length, 2)
    assert.deepEqual(await log.eraseUser('user-nobody'), { running: [] })
  },
})
