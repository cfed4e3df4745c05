import type { StoragePort } from '@symphainy/client'
import type { ConversationRecord } from '@symphainy/protocol'
import { expect, it } from 'vitest'
import { firstMarks, isUnread, loadMarks, markSeen, saveMarks } from './unreadMarks.js'

const record = (id: string, updatedAt: number): ConversationRecord => ({ role: 'conversation', id, title: id, createdAt: 0, updatedAt })

it('[unread] a list that is seen for the first time has nothing unread', () => {
  const marks = firstMarks([record('a', 5), record('b', 9)])
  expect(isUnread(marks, record('a', 5))).toBe(false)
  expect(isUnread(marks, record('a', 10))).toBe(true)
})

it('[unread] a word after the last look is unread until it is looked at', () => {
  const marks = firstMarks([])
  const seen = markSeen(marks, record('a', 10))
  expect(isUnread(seen, record('a', 10))).toBe(false)
  expect(isUnread(seen, record('a', 11))).toBe(true)
  expect(isUnread(seen, record('b', 10))).toBe(true)
  expect(markSeen(seen, record('a', 10))).toBe(seen)
})

it('[unread] what is remembered is bounded, and what is forgotten stays seen', () => {
  let marks = firstMarks([])
  for (let i = 1; i <= 250; i++) marks = markSeen(marks, record(`c${i}`, i))
  expect(Object.keys(marks.seen)).toHaveLength(200)
  for (let i = 1; i <= 250; i++) expect(isUnread(marks, record(`c${i}`, i))).toBe(false)
})

it('[unread] broken or missing storage is no marks', () => {
  const storage = (value: string | null): StoragePort => ({ get: () => value, set: () => undefined, remove: () => undefined })
  for (const value of [null, '{', '1', '{"since":"x"}', '{"since":1}']) expect(loadMarks(storage(value), 'ada')).toBe(null)
  let kept = ''
  saveMarks({ ...storage(null), set: (_, value) => void (kept = value) }, 'ada', { since: 3, seen: { a: 4 } })
  expect(loadMarks(storage(kept), 'ada')).toEqual({ since: 3, seen: { a: 4 } })
})
