import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isTerminal } from '@symphainy/protocol'
import type { LogEntry } from '@symphainy/gateway'
import { expect, it } from 'vitest'
import { openDatabase } from './database.js'
import { createEventLog } from './eventLog.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Lets a process append and kills it after so many acks; gives what it said was acked. */
async function appendAndKill(folder: string, dataDir: string, acks: number): Promise<Map<string, Map<number, string>>> {
  // The child resolves the workspaces to their sources, as the tests do.
  const tsconfig = join(folder, 'tsconfig.json')
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions: { paths: { '@symphainy/*': [join(root, 'packages/*/src/index.ts')] } } }))
  const child = spawn(process.execPath, ['--import', pathToFileURL(join(root, 'node_modules/tsx/dist/loader.mjs')).href, fileURLToPath(new URL('fixtures/appender.ts', import.meta.url)), dataDir], {
    env: { ...process.env, TSX_TSCONFIG_PATH: tsconfig },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))
  const acked = new Map<string, Map<number, string>>()
  let count = 0
  for await (const line of createInterface({ input: child.stdout })) {
    const [conversation = '', offset = '', what = ''] = line.split(' ')
    if (what === '') continue
    acked.set(conversation, (acked.get(conversation) ?? new Map<number, string>()).set(Number(offset), what))
    count += 1
    if (count === acks) child.kill('SIGKILL')
  }
  expect(await ended).toBe('SIGKILL')
  return acked
}

it('[RS4] [RS5] killed in the midst of appending: what was acked is there, without a hole, and each run has one end', { timeout: 30_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'symphainy-crash-'))
  const dataDir = join(folder, 'data')
  const acked = await appendAndKill(folder, dataDir, 400)
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
  rmSync(folder, { recursive: true })
})
