import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isTerminal, type MessagesResponse } from '@symphainy/protocol'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestPlatform } from './fixtures/testPlatform.js'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'symphainy-restart-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

it('[RS5] after a crash in the midst of an answer it is ended as interrupted, the session is kept, and what waited is answered', async () => {
  const first = await startTestPlatform({ DATA_DIR: dataDir })
  const ada = first.visitor()
  await ada.register()
  const socket = await ada.connect()
  await socket.ready()
  for (const [id, text] of [
    ['message-1', 'wait'],
    ['message-2', 'and then this'],
  ] as const) {
    socket.send({ type: 'message', id, conversation: 'conversation-1', agent: { type: 'guide' }, text })
    await socket.frame((frame) => frame.type === 'ack' && frame.id === id)
  }
  // As a power cut: nothing is written any more.
  await first.platform.database.close()
  await first.close()

  const second = await startTestPlatform({ DATA_DIR: dataDir })
  const again = second.visitor()
  for (const [name, value] of ada.cookies) again.cookies.set(name, value)
  const next = await again.connect()
  await next.ready()
  next.send({ type: 'subscribe', conversation: 'conversation-1' })
  await next.frame(
    (frame) =>
      (frame.type === 'event' && frame.run === 'message-2' && isTerminal(frame.event)) ||
      (frame.type === 'snapshot' && frame.messages.some((message) => message.role === 'assistant' && message.id === 'message-2')),
  )
  const { messages } = (await again.call('GET', '/api/conversations/conversation-1/messages')).json<MessagesResponse>()
  const answers = messages.filter((message) => message.role === 'assistant')
  expect(answers.map(({ id, status, error }) => [id, status, error?.code])).toEqual([
    ['message-2', 'finished', undefined],
    ['message-1', 'failed', 'interrupted'],
  ])
  next.close()
  await second.close()
})
