import { SymphainyError, type ClientErrorCode } from '../errors/symphainyError.js'
import type { DeliveryState } from './chatApi.js'
import type { ChatState, OutboxEntry } from './chatState.js'

type Test = (entry: OutboxEntry) => boolean

/** [RS3] Beyond this a message is not tried by itself any more, in milliseconds. */
export const LIFE_MS: number = 24 * 60 * 60 * 1000

/** How many messages may wait at once. */
export const OUTBOX_ENTRIES = 100

export const WAITING: DeliveryState = { state: 'waiting' }

/** With the platform's words if it sent some; another try may change only what was a matter of time. */
export function failed(code: ClientErrorCode, message?: string): DeliveryState {
  return { state: 'failed', error: new SymphainyError(code, { message }), canRetry: code === 'timeout' || code === 'quota_exceeded' }
}

/** Says what became of the entries that match. */
export function deliver(chat: ChatState, isMeant: Test, delivery: DeliveryState): void {
  chat.outbox = chat.outbox.map((entry) => (isMeant(entry) ? { ...entry, delivery } : entry))
}

export function drop(chat: ChatState, isMeant: Test): void {
  chat.outbox = chat.outbox.filter((entry) => !isMeant(entry))
}

/** The connection is gone: what was not acked waits, with the same id. 1009 says that the frame in flight was too large. [FR2] */
export function requeue(chat: ChatState, closeCode?: number): void {
  const isSending: Test = ({ delivery }) => delivery.state === 'sending'
  const head = chat.outbox.find(isSending)
  if (closeCode === 1009) deliver(chat, (entry) => entry === head, failed('too_long'))
  deliver(chat, isSending, WAITING)
}

/** [RS11] In order, one unacked message a conversation; those of held conversations wait. */
export function drain(chat: ChatState): void {
  const busy = [...chat.held]
  chat.outbox = chat.outbox.map((entry) => {
    const { id, conversation, agent, text, retryOf, delivery } = entry
    if (delivery.state === 'failed' || delivery.state === 'sent' || busy.includes(conversation)) return entry
    busy.push(conversation)
    if (delivery.state === 'sending') return entry
    chat.effects.push({ type: 'message', id, conversation, agent, text, ...(retryOf && { retryOf }) })
    return { ...entry, delivery: { state: 'sending' } }
  })
}
