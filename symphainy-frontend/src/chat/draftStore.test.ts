import type { StoragePort } from '@symphainy/client'
import { expect, it } from 'vitest'
import { createDraftStore } from './draftStore.js'

function memoryStorage(): StoragePort & { kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return { kept, get: (key) => kept.get(key) ?? null, set: (key, value) => void kept.set(key, value), remove: (key) => void kept.delete(key) }
}

it('[drafts] [UI7] survive a reload, each under its user and conversation', () => {
  const storage = memoryStorage()
  createDraftStore(storage, 'ada').save('c1', 'half a thought')
  expect(createDraftStore(storage, 'ada').load('c1')).toBe('half a thought')
  expect(createDraftStore(storage, 'ada').load('c2')).toBe('')
  expect(createDraftStore(storage, 'bob').load('c1')).toBe('')
})

it('[drafts] an empty one leaves nothing behind', () => {
  const storage = memoryStorage()
  const drafts = createDraftStore(storage, 'ada')
  drafts.save('c1', 'x')
  drafts.save('c1', '')
  expect(storage.kept.size).toBe(0)
  expect(drafts.load('c1')).toBe('')
})

it('[drafts] storage that throws costs nothing but the reload', () => {
  const refuse = (): never => {
    throw new Error('denied')
  }
  const drafts = createDraftStore({ get: refuse, set: refuse, remove: refuse }, 'ada')
  drafts.save('c1', 'kept')
  expect(drafts.load('c1')).toBe('kept')
  drafts.save('c1', '')
  expect(drafts.load('c1')).toBe('')
})
