import { SUBPROTOCOL, TICKET_PREFIX, type ClientFrame, type PlatformFrame } from '@symphainy/protocol'
import { WebSocket } from 'ws'
import type { ModelServer } from '../../e2e/harness/modelServer.js'
import { until } from '../../e2e/harness/patience.js'
import { registerByHttp, type HttpSession } from '../../e2e/harness/people.js'
import { markdownTokens } from './answer.js'

/** How many messages are there before the one that is measured: half of them questions, half of them answers. */
export const THREAD_LENGTH = 100

const OLD_ANSWER_TOKENS = 120
const questionOf = (index: number): string => `Question ${index + 1}: what does the connection do next?`
const answerOf = (index: number): string => `Answer ${index + 1}.\n\n${markdownTokens(OLD_ANSWER_TOKENS).join('')}`

/** The same thread for a page that has no platform. */
export function threadTexts(): { role: string; text: string }[] {
  return Array.from({ length: THREAD_LENGTH }, (_, index) =>
    index % 2 === 0 ? { role: 'user', text: questionOf(index / 2) } : { role: 'assistant', text: answerOf((index - 1) / 2) },
  )
}

/** A new person of the platform who has held the conversation. */
export async function personWithThread(origin: string, model: ModelServer): Promise<HttpSession> {
  const session = await registerByHttp(origin)
  const { ticket } = (await (await session.call('POST', '/api/auth/ws-ticket', {})).json()) as { ticket: string }
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/ws`, [SUBPROTOCOL, TICKET_PREFIX + ticket], { origin, perMessageDeflate: false })
  let finished = 0
  let isReady = false
  const refusals: string[] = []
  socket.on('message', (data) => {
    const decoded = JSON.parse(String(data)) as PlatformFrame | PlatformFrame[]
    for (const frame of Array.isArray(decoded) ? decoded : [decoded]) {
      if (frame.type === 'ready') isReady = true
      else if (frame.type === 'event' && frame.event.type === 'RUN_FINISHED') finished += 1
      else if (frame.type === 'nack' || frame.type === 'error') refusals.push(frame.message)
    }
  })
  await until('the socket to be ready', () => isReady, Boolean)
  for (let index = 0; index < THREAD_LENGTH / 2; index += 1) {
    const message: ClientFrame = {
      type: 'message',
      id: `old-message-${index}`,
      conversation: 'long-thread-01',
      agent: { type: 'guide' },
      text: questionOf(index),
    }
    socket.send(JSON.stringify(message))
    await until(`the model to be asked (${refusals.join()})`, model.open, (open) => open === 1)
    model.write(answerOf(index))
    model.finish()
    await until(
      `answer ${index + 1} (${refusals.join()})`,
      () => finished,
      (count) => count === index + 1,
    )
  }
  socket.close(1000)
  await new Promise((resolve) => socket.once('close', resolve))
  return session
}
