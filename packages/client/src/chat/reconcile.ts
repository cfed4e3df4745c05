import { USER_LOG } from '@symphainy/protocol'
import { isOnline, openLog, withLog, type ChatEffect, type ChatState } from './chatState.js'
import { drain, drop, settle } from './outbox.js'

/** Whether nothing is left to cancel: the run has ended, or its conversation was deleted. [RS5] [RS7] */
function isOver(state: ChatState, { run, conversation }: ChatState['cancelling'][number]): boolean {
  const log = state.logs.get(conversation)
  return log === undefined || log.phase === 'missing' || log.lines.some((line) => line.role === 'assistant' && line.id === run && line.status !== 'running')
}

/** After each event: subscribed to what is wanted and to nothing else, and as much of the outbox sent as may be. */
export function reconciled(state: ChatState, effects: ChatEffect[]): ChatState {
  const cancelling = state.cancelling.filter((one) => !isOver(state, one))
  const settled = settle(state.outbox, openLog(state).lines)
  const outbox = drop(settled, (entry) => entry.delivery.state === 'sent' && entry.conversation !== state.open)
  let next: ChatState = { ...state, cancelling, outbox }
  if (state.user === null || !isOnline(state)) return next
  for (const [id, log] of state.logs) {
    if (state.held.includes(id)) continue
    const isWanted = log.phase === 'known' && (id === USER_LOG || id === state.open || cancelling.some((one) => one.conversation === id))
    if (isWanted && log.sync === 'off') {
      effects.push({ type: 'send', frame: { type: 'subscribe', conversation: id, ...(log.position === null ? {} : { after: log.position }) } })
      next = withLog(next, id, { ...log, sync: 'asked' })
    } else if (!isWanted && log.sync !== 'off') {
      effects.push({ type: 'send', frame: { type: 'unsubscribe', conversation: id } })
      next = withLog(next, id, { ...log, sync: 'off' })
    }
  }
  const { outbox: drained, frames } = drain(outbox, state.user, state.held)
  for (const frame of frames) effects.push({ type: 'send', frame })
  return { ...next, outbox: drained }
}
