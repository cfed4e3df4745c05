import { RETRYABLE_NACKS, type ClientFrame, type NackFrame } from '@symphainy/protocol'
import type { EntryState, Line, OutboxEntry } from './chatState.js'

type Outbox = readonly OutboxEntry[]

/** [RS3] Beyond this a message is not tried by itself any more, in milliseconds. */
const LIFE_MS = 24 * 60 * 60 * 1000

/** How many messages may wait at once. */
export const OUTBOX_ENTRIES = 100

const WAITING: EntryState = { state: 'waiting' }
const SENDING: EntryState = { state: 'sending' }

function frameOf({ id, conversation, agent, text, retryOf }: OutboxEntry): ClientFrame {
  return { type: 'message', id, conversation, agent, text, ...(retryOf === undefined ? {} : { retryOf }) }
}

/** Sets the delivery of the entries that match, and keeps the identity of everything else. */
export function deliver(outbox: Outbox, isMeant: (entry: OutboxEntry) => boolean, delivery: EntryState): Outbox {
  return outbox.some(isMeant) ? outbox.map((entry) => (isMeant(entry) ? { ...entry, delivery } : entry)) : outbox
}

export function drop(outbox: Outbox, isMeant: (entry: OutboxEntry) => boolean): Outbox {
  return outbox.some(isMeant) ? outbox.filter((entry) => !isMeant(entry)) : outbox
}

/** [RS11] In order, one unacked message a conversation; `held` conversations wait. Gives the frames to send. */
export function drain(outbox: Outbox, user: string, held: readonly string[]): { outbox: Outbox; frames: ClientFrame[] } {
  const busy = new Set(held)
  const chosen = new Set<OutboxEntry>()
  for (const entry of outbox) {
    const { state } = entry.delivery
    if (entry.user !== user || state === 'failed' || state === 'sent' || busy.has(entry.conversation)) continue
    busy.add(entry.conversation)
    if (state === 'waiting') chosen.add(entry)
  }
  return { outbox: deliver(outbox, (entry) => chosen.has(entry), SENDING), frames: [...chosen].map(frameOf) }
}

/** The connection is gone: what was not acked waits, with the same id. 1009 says that the frame in flight was too large. [FR2] */
export function requeue(outbox: Outbox, closeCode: number | undefined): Outbox {
  const head = closeCode === 1009 ? outbox.find((entry) => entry.delivery.state === 'sending') : undefined
  const rest = deliver(outbox, (entry) => entry.delivery.state === 'sending' && entry !== head, WAITING)
  return head === undefined ? rest : deliver(rest, (entry) => entry.id === head.id, { state: 'failed', code: 'too_long' })
}

/** [RS3] What waited too long is not sent behind a person's back. */
export function expire(outbox: Outbox, wallNow: number): Outbox {
  return deliver(outbox, (entry) => entry.delivery.state === 'waiting' && wallNow - entry.queuedAt > LIFE_MS, { state: 'failed', code: 'timeout' })
}

/** A refusal: for now (it waits, and holds those behind it), or for good. [RS11] */
export function refuse(outbox: Outbox, { id, code, message }: NackFrame): Outbox {
  return deliver(outbox, (entry) => entry.id === id, RETRYABLE_NACKS.has(code) ? WAITING : { state: 'failed', code, message })
}

export function resend(outbox: Outbox, id: string, wallNow: number): Outbox {
  return outbox.map((entry) => (entry.id === id && entry.delivery.state === 'failed' ? { ...entry, delivery: WAITING, queuedAt: wallNow } : entry))
}

/** [RS11] Entries that the log shows are done. */
export function settle(outbox: Outbox, lines: readonly Line[]): Outbox {
  return drop(outbox, (entry) => lines.some((line) => line.id === entry.id))
}
