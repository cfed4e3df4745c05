import { USER_LOG } from '@symphainy/protocol'
import { isOnline, isSynced, openLog, type ChatState } from './chatState.js'
import { drain, drop } from './outbox.js'

/** After each event: subscribed to what is wanted and to nothing else, and as much of the outbox sent as may be. */
export function reconcile(chat: ChatState): void {
  const { logs, open, held, effects } = chat
  const { lines } = openLog(chat)
  const cancelling = (chat.cancelling = chat.cancelling.filter((one) => !isOver(chat, one)))
  // What the log shows is done; what was acked in another conversation shows there. [RS11]
  drop(chat, ({ id, delivery, conversation }) => lines.some((line) => line.id === id) || (delivery.state === 'sent' && conversation !== open))
  if (!isOnline(chat)) return
  for (const [conversation, log] of logs) {
    const isWanted = conversation === USER_LOG || conversation === open || cancelling.some((one) => one.conversation === conversation)
    if (isWanted === isSynced(log) || held.includes(conversation) || log.state === 'new' || log.state === 'missing') continue
    effects.push(isWanted ? { type: 'subscribe', conversation, ...(log.position && { after: log.position }) } : { type: 'unsubscribe', conversation })
    logs.set(conversation, { ...log, state: isWanted ? 'asked' : 'off' })
  }
  drain(chat)
}

/** Whether nothing is left to cancel: the run has ended, or its conversation was deleted. [RS5] [RS7] */
function isOver({ logs }: ChatState, { run, conversation }: ChatState['cancelling'][number]): boolean {
  const log = logs.get(conversation)
  return !log || log.state === 'missing' || log.lines.some((line) => line.role === 'assistant' && line.id === run && line.status !== 'running')
}
