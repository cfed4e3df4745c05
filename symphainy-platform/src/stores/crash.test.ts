import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isTerminal } from '@symphainy/protocol'
import type { LogEntry } from '@symphainy/gateway'
import { expect, it } from 'vitest'
import { runSource } from '../fixtures/sourceProcess.js'
import { openDatabase } from './database.js'
import { createEventLog } from './eventLog.js'

/** Lets a process append and kills it after so many acks; gives what it said was acked: by conversation, by offset. */
async function appendAndKill(dataDir: string, acks: number): Promise<Map<string, Map<number, string>>> {
  const { child, printed, ended, output } = runSource('fixtures/appender.ts', { args: [dataDir] })
  await printed(new RegExp(`(?:.*\\n){${acks}}`))
  child.kill('SIGKILL')
  expect(await ended).toBe('SIGKILL')
  const acked = new Map<string, Map<number, string>>()
  for (const line of output().split('\n').slice(0, -1)) {
    const [conversation = '', offset, what = ''] = line.split(' ')
    acked.set(conversation, (acked.get(conversation) ?? new Map<number, string>()).set(Number(offset), what))
  }
  return acked
}

it('[RS4] [RS5] killed in the midst of appending: what was acked is there, without a hole, and each run has one end', { timeout: 30_000 }, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'symphainy-crash-'))
  const acked = await appendAndKill(dataDir, 400)
  const database = await openDatabase({ dataDir })
  const log = createEventLog(database)
  const { next } = await log.interruptRuns(1)
  expect(next).toEqual([])
  expect([...acked.keys()].toSorted()).toEqual(['conversation-a', 'conversation-b', 'conversation-c', 'conversation-d'])
  for (const [conversation, offsets] of acked) {
    const read = await log.read({ userId: 'user-1', conversation }, { epoch: database.epoch, offset: 0 }, 10_000)
    const entries: LogEntry[] = read.status === 'entries' ? read.entries : []
    expect(entries.map(({ offset }) => offset)).toEqual(entries.map((_, index) => index + 1))
    for (const [offset, what] of offsets) {
      const entry = entries[offset - 1]
      expect(entry !== undefined && ('event' in entry ? entry.event.type : entry.message.id)).toBe(what)
    }
    const ends = new Map<string, number>()
    for (const entry of entries) if ('event' in entry) ends.set(entry.run, (ends.get(entry.run) ?? 0) + (isTerminal(entry.event) ? 1 : 0))
    expect(new Set(ends.values())).toEqual(new Set([1]))
  }
  await database.close()
  rmSync(dataDir, { recursive: true })
})
