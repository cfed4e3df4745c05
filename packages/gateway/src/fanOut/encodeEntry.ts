import type { PlatformFrame } from '@symphainy/protocol'
import type { LogEntry, LogSnapshot } from '../ports/eventLog.js'

/** An entry as the frame that carries it. */
export function encodeEntry(conversation: string, epoch: string, entry: LogEntry): string {
  const { offset } = entry
  const frame: PlatformFrame =
    'message' in entry
      ? { type: 'entry', conversation, epoch, offset, message: entry.message }
      : { type: 'event', conversation, epoch, offset, run: entry.run, event: entry.event }
  return JSON.stringify(frame)
}

export function encodeSnapshot(conversation: string, { epoch, offset, messages, run, more }: LogSnapshot): string {
  const frame: PlatformFrame = {
    type: 'snapshot',
    conversation,
    epoch,
    offset,
    messages,
    ...(run === undefined ? {} : { run }),
    ...(more === undefined ? {} : { more }),
  }
  return JSON.stringify(frame)
}
