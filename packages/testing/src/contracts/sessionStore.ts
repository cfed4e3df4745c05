import assert from 'node:assert/strict'
import { GRACE_MS, type NewSession, type SessionRecord, type SessionStore } from '@symphainy/gateway'
import { atOnce, contract, type ContractCase } from './contract.js'

const NOW = 1_700_000_000_000
const HOUR = 3_600_000

const session = (id: string, over: Partial<NewSession> = {}): NewSession => ({
  id,
  user: { id: 'user-1', name: 'Ada', email: 'ada@example.com' },
  credentialHash: `hash-of-${id}`,
  createdAt: NOW,
  expiresAt: NOW + HOUR,
  absoluteExpiresAt: NOW + 24 * HOUR,
  userAgent: 'Firefox on Linux',
  address: '192.0.2.1',
  ...over,
})

const other = { id: 'user-2', name: 'Bob', email: 'bob@example.com' }
const ids = (records: readonly SessionRecord[]): string[] => records.map(({ id }) => id)

/** What every SessionStore must do. */
export const sessionStoreContract: readonly ContractCase<SessionStore>[] = contract<SessionStore>({
  '[AU1] finds a session by the hash of its credential and by its id': async (store) => {
    const { credentialHash, ...facts } = session('session-1')
    const created = await store.create(session('session-1'))
    assert.deepEqual(created, { ...facts, lastSeenAt: NOW })
    assert.deepEqual(await store.byCredential(credentialHash, NOW), created)
    assert.deepEqual(await store.byId('session-1'), created)
  },
  '[AU1] finds nothing for an unknown credential or id': async (store) => {
    await store.create(session('session-1'))
    assert.equal(await store.byCredential('hash-of-nothing', NOW), null)
    assert.equal(await store.byId('session-2'), null)
  },
  '[AU1] what a caller does to a record changes nothing in the store': async (store) => {
    const record = await store.create(session('session-1'))
    record.expiresAt = 0
    record.user.name = 'Mallory'
    assert.equal((await store.byId('session-1'))?.expiresAt, NOW + HOUR)
    assert.equal((await store.byId('session-1'))?.user.name, 'Ada')
  },
  '[AU3] gives expired and ended sessions too, so that the caller can say why': async (store) => {
    await store.create(session('session-1'))
    await store.end({ ids: ['session-1'] }, 'signed_out', NOW + 5)
    const found = await store.byCredential('hash-of-session-1', NOW + 2 * HOUR)
    assert.deepEqual(found?.ended, { reason: 'signed_out', at: NOW + 5 })
  },

  '[AU7] a rotation exchanges the credential, extends the life and keeps the id': async (store) => {
    await store.create(session('session-1'))
    const rotated = await store.rotate({ id: 'session-1', from: 'hash-of-session-1', to: 'next', expiresAt: NOW + 2 * HOUR, now: NOW })
    assert.equal(rotated?.id, 'session-1')
    assert.equal(rotated.expiresAt, NOW + 2 * HOUR)
    assert.equal((await store.byCredential('next', NOW))?.id, 'session-1')
    assert.equal((await store.byId('session-1'))?.expiresAt, NOW + 2 * HOUR)
  },
  '[AU7] the previous credential stays valid for its grace, and not longer': async (store) => {
    await store.create(session('session-1'))
    await store.rotate({ id: 'session-1', from: 'hash-of-session-1', to: 'next', expiresAt: NOW + HOUR, now: NOW })
    assert.equal((await store.byCredential('hash-of-session-1', NOW + GRACE_MS - 1))?.id, 'session-1')
    assert.equal(await store.byCredential('hash-of-session-1', NOW + GRACE_MS + 1), null)
    assert.equal((await store.byCredential('next', NOW + GRACE_MS + 1))?.id, 'session-1')
  },
  '[AU7] two tabs that refresh at once both stay in, beyond the grace': async (store) => {
    await store.create(session('session-1'))
    const rotated = await atOnce(2, (tab) => store.rotate({ id: 'session-1', from: 'hash-of-session-1', to: `next-${tab}`, expiresAt: NOW + HOUR, now: NOW }))
    assert.deepEqual(ids(rotated.filter((record) => record !== null)), ['session-1', 'session-1'])
    for (const hash of ['next-0', 'next-1']) assert.equal((await store.byCredential(hash, NOW + GRACE_MS + 1))?.id, 'session-1', hash)
  },
  '[AU7] a late tab within the grace gets a credential beside the current one, which stays': async (store) => {
    await store.create(session('session-1'))
    await store.rotate({ id: 'session-1', from: 'hash-of-session-1', to: 'first', expiresAt: NOW + HOUR, now: NOW })
    const late = await store.rotate({ id: 'session-1', from: 'hash-of-session-1', to: 'second', expiresAt: NOW + HOUR, now: NOW + 20_000 })
    assert.equal(late?.id, 'session-1')
    for (const hash of ['first', 'second']) assert.equal((await store.byCredential(hash, NOW + 10 * GRACE_MS))?.id, 'session-1', hash)
    assert.equal(await store.byCredential('hash-of-session-1', NOW + GRACE_MS + 1), null, 'the grace is not prolonged')
  },
  '[AU7] a rotation from a credential that is unknown, foreign or beyond its grace changes nothing': async (store) => {
    await store.create(session('session-1'))
    await store.create(session('session-2', { user: other }))
    const rotate = (from: string, now: number): Promise<SessionRecord | null> =>
      store.rotate({ id: 'session-1', from, to: `from-${from}`, expiresAt: NOW + 9 * HOUR, now })
    assert.equal(await rotate('forged', NOW), null)
    assert.equal(await rotate('hash-of-session-2', NOW), null)
    await store.rotate({ id: 'session-1', from: 'hash-of-session-1', to: 'next', expiresAt: NOW + HOUR, now: NOW })
    assert.equal(await rotate('hash-of-session-1', NOW + GRACE_MS + 1), null)
    assert.equal((await store.byId('session-1'))?.expiresAt, NOW + HOUR)
    assert.equal(await store.byCredential('from-forged', NOW), null)
  },
  '[AU7] an ended or expired session is not rotated': async (store) => {
    await store.create(session('session-1'))
    await store.create(session('session-2'))
    await store.end({ ids: ['session-1'] }, 'revoked', NOW)
    assert.equal(await store.rotate({ id: 'session-1', from: 'hash-of-session-1', to: 'next', expiresAt: NOW + 2 * HOUR, now: NOW }), null)
    assert.equal(await store.rotate({ id: 'session-2', from: 'hash-of-session-2', to: 'next', expiresAt: NOW + 2 * HOUR, now: NOW + HOUR }), null)
    assert.equal(await store.byCredential('next', NOW), null)
  },

  '[SE2] ending gives the ids that it ended, once, and the first reason stays': async (store) => {
    for (const id of ['session-1', 'session-2']) await store.create(session(id))
    assert.deepEqual((await store.end({ ids: ['session-1', 'session-9'] }, 'signed_out', NOW)).sort(), ['session-1'])
    assert.deepEqual((await store.end({ ids: ['session-1', 'session-2'] }, 'revoked', NOW + 1)).sort(), ['session-2'])
    assert.deepEqual((await store.byId('session-1'))?.ended, { reason: 'signed_out', at: NOW })
    assert.deepEqual((await store.byId('session-2'))?.ended, { reason: 'revoked', at: NOW + 1 })
  },
  '[SE2] of parallel endings each session is given to one': async (store) => {
    await store.create(session('session-1'))
    const ended = await atOnce(10, () => store.end({ ids: ['session-1'] }, 'revoked', NOW))
    assert.deepEqual(ended.flat(), ['session-1'])
  },
  '[AU7] ends all sessions of a user but one, and none of others': async (store) => {
    for (const id of ['session-1', 'session-2', 'session-3']) await store.create(session(id))
    await store.create(session('session-4', { user: other }))
    assert.deepEqual((await store.end({ userId: 'user-1', except: 'session-2' }, 'revoked', NOW)).sort(), ['session-1', 'session-3'])
    assert.equal((await store.byId('session-2'))?.ended, undefined)
    assert.equal((await store.byId('session-4'))?.ended, undefined)
    assert.deepEqual(await store.end({ userId: 'user-1' }, 'revoked', NOW), ['session-2'])
  },
  '[SE2] ending nothing ends nothing': async (store) => {
    await store.create(session('session-1'))
    assert.deepEqual(await store.end({ ids: [] }, 'revoked', NOW), [])
    assert.equal((await store.byId('session-1'))?.ended, undefined)
  },

  '[S7] lists the living sessions of one user, newest first': async (store) => {
    await store.create(session('old-session'))
    await store.create(session('new-session', { createdAt: NOW + 10, expiresAt: NOW + 2 * HOUR }))
    await store.create(session('ended-session', { createdAt: NOW + 20 }))
    await store.create(session('short-session', { createdAt: NOW + 30, expiresAt: NOW + 40 }))
    await store.create(session('other-session', { user: other }))
    await store.end({ ids: ['ended-session'] }, 'revoked', NOW + 50)
    assert.deepEqual(ids(await store.list('user-1', NOW + 40)), ['new-session', 'old-session'])
    assert.deepEqual(await store.list('user-9', NOW), [])
  },
  '[AU1] notes when and where a session was seen': async (store) => {
    await store.create(session('session-1'))
    await store.seen('session-1', NOW + HOUR / 2, '192.0.2.9')
    const seen = await store.byId('session-1')
    assert.equal(seen?.lastSeenAt, NOW + HOUR / 2)
    assert.equal(seen.address, '192.0.2.9')
    await store.seen('unknown-session', NOW, '192.0.2.9')
  },

  '[CN8] fence numbers grow by one and belong to the session': async (store) => {
    await store.create(session('session-1'))
    await store.create(session('session-2'))
    assert.deepEqual([await store.takeFence('session-1', NOW), await store.takeFence('session-1', NOW), await store.takeFence('session-2', NOW)], [1, 2, 1])
  },
  '[CN8] 20 takers at once get 20 different fence numbers': async (store) => {
    await store.create(session('session-1'))
    const fences = await atOnce(20, () => store.takeFence('session-1', NOW))
    assert.deepEqual(
      fences.map(Number).sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, index) => index + 1),
    )
  },
  '[S6] no fence for a session that is unknown, ended or expired': async (store) => {
    await store.create(session('session-1'))
    await store.create(session('session-2'))
    await store.end({ ids: ['session-1'] }, 'revoked', NOW)
    assert.equal(await store.takeFence('session-0', NOW), null)
    assert.equal(await store.takeFence('session-1', NOW), null)
    assert.equal(await store.takeFence('session-2', NOW + HOUR), null)
    assert.equal(await store.takeFence('session-2', NOW + HOUR - 1), 1)
  },

  '[AU8] adopts a session from elsewhere once, and extends it while it lives': async (store) => {
    const { credentialHash: _, ...foreign } = session('foreign-1')
    assert.equal((await store.adopt(foreign)).expiresAt, NOW + HOUR)
    assert.equal((await store.adopt({ ...foreign, expiresAt: NOW + 2 * HOUR, createdAt: NOW + 5 })).expiresAt, NOW + 2 * HOUR)
    assert.equal((await store.adopt(foreign)).expiresAt, NOW + 2 * HOUR, 'an older token shortens nothing')
    assert.equal((await store.byId('foreign-1'))?.createdAt, NOW)
    assert.equal(await store.takeFence('foreign-1', NOW), 1)
  },
  '[AU8] a session that was revoked here stays revoked however long its issuer vouches for it': async (store) => {
    const { credentialHash: _, ...foreign } = session('foreign-1')
    await store.adopt(foreign)
    await store.end({ ids: ['foreign-1'] }, 'revoked', NOW + 1)
    const again = await store.adopt({ ...foreign, expiresAt: NOW + 9 * HOUR })
    assert.deepEqual(again.ended, { reason: 'revoked', at: NOW + 1 })
    assert.equal(await store.takeFence('foreign-1', NOW + 2), null)
  },
  '[AU8] many adoptions at once make one session': async (store) => {
    const { credentialHash: _, ...foreign } = session('foreign-1')
    await atOnce(10, () => store.adopt(foreign))
    assert.equal((await store.list('user-1', NOW)).length, 1)
  },
})
