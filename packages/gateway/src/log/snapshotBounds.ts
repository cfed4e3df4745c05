import { SNAPSHOT_BYTES, SNAPSHOT_MESSAGES, type LogMessage, type RunSnapshot } from '@symphainy/protocol'

/** The newest of the messages (given oldest first) that a snapshot may hold beside the run that goes on. [FR2] */
export function boundMessages(messages: readonly LogMessage[], run?: RunSnapshot): LogMessage[] {
  let bytes = run === undefined ? 0 : byteLength(run)
  let first = messages.length
  while (first > 0 && messages.length - first < SNAPSHOT_MESSAGES) {
    bytes += byteLength(messages[first - 1]) + 1
    if (bytes > SNAPSHOT_BYTES) break
    first -= 1
  }
  return messages.slice(first)
}

function byteLength(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
