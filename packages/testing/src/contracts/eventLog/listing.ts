import assert from 'node:assert/strict'
import type { EventLog, LogKey } from '@symphainy/gateway'
import { contract, type ContractCase } from '../contract.js'
import { ADA, BOB, NOW, TALK, exchange, records, say } from './conversation.js'

const talk = (index: number): LogKey => ({ userId: ADA, conversation: `talk-${String(index).padStart(4, '0')}` })

/** Conversations and history in pages; renaming; the export. */
export const listingCases: readonly ContractCase<EventLog>[] = contract<EventLog>({
  '[RS7] lists conversations newest first, in pages that lose and repeat none': async (log) => {
    for (let index = 0; index < 7; index += 1) await exchange(log, `message-${index}`, { key: talk(index), now: NOW + index })
    const seen: string[] = []
    let before: string | null = null
    do {
      const page = await log.conversations(ADA, { limit: 3, ...(before === null ? {} : { before }) })
      assert.ok(page.conversations.length <= 3)
      seen.push(...page.conversations.map(({ id }) => id))
      before = page.next
    } while (before !== null)
    assert.deepEqual(
      seen,
      [6, 5, 4, 3, 2, 1, 0].map((index) => talk(index).conversation),
    )
  },
  '[RS7] a list of nothing is empty and has no next page': async (log) => {
    assert.deepEqual(await log.conversations(ADA, { limit: 5 }), { conversations: [], next: null })
  },
  '[RS7] searches titles and texts, whatever the case; a sign of the query language is a letter': async (log) => {
    await exchange(log, 'message-1', { key: talk(1), text: 'How do TICKETS work?' })
    await exchange(log, 'message-2', { key: talk(2), text: 'Something else' })
    await exchange(log, 'message-3', { key: talk(2), text: 'what about 100%_certainty and tickets' })
    await log.rename(talk(1), 'Renamed', NOW)
    const found = async (search: string): Promise<string[]> => (await log.conversations(ADA, { limit: 9, search })).conversations.map(({ id }) => id).sort()
    assert.deepEqual(await found('tickets'), ['talk-0001', 'talk-0002'])
    assert.deepEqual(await found('renamed'), ['talk-0001'])
    assert.deepEqual(await found('100%_c'), ['talk-0002'])
    assert.deepEqual(await found('%'), ['talk-0002'])
    assert.deepEqual(await found("'; drop table"), [])
    assert.deepEqual((await log.conversations(BOB, { limit: 9, search: 'tickets' })).conversations, [])
  },
  '[RS7] pages messages newest first; what is said meanwhile shifts no page': async (log) => {
    for (let index = 0; index < 4; index += 1) await exchange(log, `message-${index}`, { now: NOW + index })
    const first = await log.messages(TALK, { limit: 3 })
    assert.deepEqual(
      first?.messages.map(({ role, id }) => `${role} ${id}`),
      ['assistant message-3', 'user message-3', 'assistant message-2'],
    )
    await exchange(log, 'message-4', { now: NOW + 9 })
    assert.ok(typeof first?.next === 'string')
    const second = await log.messages(TALK, { limit: 3, before: first.next })
    assert.deepEqual(
      second?.messages.map(({ role, id }) => `${role} ${id}`),
      ['user message-2', 'assistant message-1', 'user message-1'],
    )
    assert.ok(typeof second?.next === 'string')
    const third = await log.messages(TALK, { limit: 3, before: second.next })
    assert.deepEqual(
      third?.messages.map(({ role, id }) => `${role} ${id}`),
      ['assistant message-0', 'user message-0'],
    )
    assert.equal(third?.next, null)
  },
  '[FR7] [RS7] a new title stands in the list and in @user, and moves nothing else': async (log) => {
    await exchange(log, 'message-1')
    const renamed = await log.rename(TALK, '<b>Title</b>', NOW + 5)
    assert.equal(renamed?.title, '<b>Title</b>')
    assert.equal((await log.conversations(ADA, { limit: 1 })).conversations[0]?.title, '<b>Title</b>')
    assert.equal((await records(log)).at(-1)?.title, '<b>Title</b>')
  },
  '[S7] exports everything of one user, oldest first, and nothing else': async (log) => {
    await exchange(log, 'message-1', { key: talk(1), now: NOW })
    await exchange(log, 'message-2', { key: talk(2), now: NOW + 1 })
    await exchange(log, 'message-3', { key: talk(1), now: NOW + 2 })
    await exchange(log, 'message-4', { key: { userId: BOB, conversation: 'talk-of-bob' } })
    const exported: string[] = []
    for await (const { conversation, messages } of log.exportUser(ADA))
      exported.push(`${conversation.id}: ${messages.map(({ role, id }) => `${role} ${id}`).join(', ')}`)
    assert.deepEqual(exported, [
      'talk-0001: user message-1, assistant message-1, user message-3, assistant message-3',
      'talk-0002: user message-2, assistant message-2',
    ])
  },
  '[S7] exports more messages than a snapshot holds': async (log) => {
    for (let index = 0; index < 30; index += 1) await exchange(log, `message-${String(index).padStart(2, '0')}`)
    let count = 0
    for await (const { messages } of log.exportUser(ADA)) count += messages.length
    assert.equal(count, 60)
  },
  '[S7] exporting nobody gives nothing': async (log) => {
    await say(log, 'message-1')
    for await (const _ of log.exportUser('user-nobody')) assert.fail('nothing to give')
  },
})
