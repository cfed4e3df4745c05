import { SNAPSHOT_BYTES, SNAPSHOT_MESSAGES, type LogMessage, type RunSnapshot } from '@symphainy/protocol'
import type { LogSnapshot } from '../ports/eventLog.js'

/** The newest of the messages (given oldest first) that a snapshot may hold beside the run that goes on; `more` if some were left out. [FR2] */
export function boundMessages(messages: readonly LogMessage[], run?: RunSnapshot): Pick<LogSnapshot, 'messages' | 'more'> {
  let bytes = run === undefined ? 0 : byteLength(run)
  let first = messages.length
  while (first > 0 && messages.length - first < SNAPSHOT_MESSAGES) {
    bytes += byteLength(messages[first - 1]) + 1
    if (bytes > SNAPSHOT_BYTES) break
    first -= 1
  }
  return { messages: messages.slice(first), ...(first > 0 ? { more: true } : {}) }
}

function byteLength(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
