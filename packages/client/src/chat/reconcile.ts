import { USER_LOG } from '@symphainy/protocol'
import { isOnline, openLog, type ChatEffect, type ChatState } from './chatState.js'
import { drain } from './outbox.js'

/** After each event: subscribed to what is wanted and to nothing else, and as much of the outbox sent as may be. */
export function reconcile(chat: ChatState, effects: ChatEffect[]): void {
  const { logs, open, held } = chat
  const cancelling = chat.cancelling.filter((one) => !isOver(chat, one))
  const { lines } = openLog(chat)
  chat.cancelling = cancelling
  // What the log shows is done; what was acked in another conversation shows there. [RS11]
  chat.outbox = chat.outbox.filter(
    ({ id, delivery, conversation }) => !lines.some((line) => line.id === id) && (delivery.state !== 'sent' || conversation === open),
  )
  if (!isOnline(chat)) return
  for (const [conversation, log] of logs) {
    const isWanted = conversation === USER_LOG || conversation === open || cancelling.some((one) => one.conversation === conversation)
    const isSynced = log.state === 'asked' || log.state === 'live'
    if (held.includes(conversation) || isWanted === isSynced || log.state === 'new' || log.state === 'missing') continue
    effects.push(isWanted ? { type: 'subscribe', conversation, ...(log.position && { after: log.position }) } : { type: 'unsubscribe', conversation })
    logs.set(conversation, { ...log, state: isWanted ? 'asked' : 'off' })
  }
  drain(chat, (frame) => effects.push(frame))
}

/** Whether nothing is left to cancel: the run has ended, or its conversation was deleted. [RS5] [RS7] */
function isOver({ logs }: ChatState, { run, conversation }: ChatState['cancelling'][number]): boolean {
  const log = logs.get(conversation)
  return log === undefined || log.state === 'missing' || log.lines.some((line) => line.role === 'assistant' && line.id === run && line.status !== 'running')
}
