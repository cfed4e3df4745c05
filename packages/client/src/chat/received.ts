import { RETRYABLE_NACKS, type PlatformFrame } from '@symphainy/protocol'
import { isOnline, newLog, onLog, unsynced, type ChatState } from './chatState.js'
import { applied, distance } from './log.js'
import { follow } from './openConversation.js'
import { deliver, drop, failed, LIFE_MS, requeue, WAITING } from './outbox.js'

/** How long what was refused for now waits when the platform tells no time, in milliseconds. */
const AGAIN_MS = 2_000

/** What a frame of the platform changes; nothing, on a connection of another user. [RS3] [S7] */
export function receive(chat: ChatState, frame: PlatformFrame, wallNow: number): void {
  if (frame.type === 'ready') {
    disconnect(chat)
    chat.ready = { user: frame.session.user.id, limits: frame.limits }
    // What waited too long is not sent behind a person's back. [RS3]
    deliver(chat, ({ delivery, createdAt }) => delivery.state === 'waiting' && wallNow - createdAt > LIFE_MS, failed('timeout'))
  }
  if (!isOnline(chat)) return
  if ('epoch' in frame) onLog(chat, frame.conversation, (log) => applied(log, frame, wallNow))
  switch (frame.type) {
    case 'entry':
      if ('deleted' in frame.message) forget(chat, frame.message.id)
      break
    case 'snapshot':
      if (frame.conversation === chat.open) follow(chat)
      break
    case 'live':
      cancelAgain(chat, frame.conversation)
      break
    case 'ack': {
      const log = chat.logs.get(frame.conversation)
      const isMeant = ({ id }: { id: string }): boolean => id === frame.id
      if (log && distance(log, frame) <= 0) drop(chat, isMeant)
      else deliver(chat, isMeant, { state: 'sent' })
      break
    }
    case 'nack': {
      const isForNow = RETRYABLE_NACKS.has(frame.code)
      const refused = chat.outbox.find(({ id }) => id === frame.id)
      deliver(chat, (entry) => entry === refused, isForNow ? WAITING : failed(frame.code, frame.message))
      if (refused && isForNow) hold(chat, refused.conversation, frame.retryAfterMs)
      break
    }
    case 'error': {
      const { type, conversation } = frame.re ?? {}
      if (type !== 'subscribe' || !conversation) break
      if (frame.code === 'not_found') onLog(chat, conversation, () => newLog('missing'))
      else {
        onLog(chat, conversation, unsynced)
        hold(chat, conversation)
      }
      break
    }
    default:
    // The connection's, or of a log alone.
  }
}

export function disconnect(chat: ChatState, closeCode?: number): void {
  chat.ready = null
  for (const [id, log] of chat.logs) chat.logs.set(id, unsynced(log))
  requeue(chat, closeCode)
}

/** A deleted conversation is gone from the page as well. [RS7] */
export function forget(chat: ChatState, id: string): void {
  onLog(chat, id, () => newLog('missing'))
  drop(chat, ({ conversation }) => conversation === id)
}

function hold(chat: ChatState, conversation: string, delayMs = AGAIN_MS): void {
  chat.effects.push({ type: 'hold', conversation, delayMs })
  chat.held = [...chat.held, conversation]
}

/** Once caught up: what still runs is cancelled again, what nobody knows is forgotten. [RS5] */
function cancelAgain(chat: ChatState, conversation: string): void {
  const known = [...(chat.logs.get(conversation)?.lines ?? []), ...chat.outbox]
  chat.cancelling = chat.cancelling.filter((one) => {
    if (one.conversation !== conversation) return true
    const isKnown = known.some(({ id }) => id === one.run)
    if (isKnown) chat.effects.push({ type: 'cancel', run: one.run })
    return isKnown
  })
}
