import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

/** Answers an upgrade with an HTTP status and ends it. A browser shows its page nothing of this but 1006. */
export function refuseUpgrade(socket: Duplex, status: number, retryAfterMs?: number): void {
  const reason = STATUS_CODES[status] ?? ''
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'Connection: close',
    'Cache-Control: no-store',
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(reason)}`,
    ...(retryAfterMs === undefined ? [] : [`Retry-After: ${Math.ceil(retryAfterMs / 1_000)}`]),
  ]
  // The peer may be gone already; there is nobody left to tell.
  socket.on('error', () => socket.destroy())
  socket.end(`${head.join('\r\n')}\r\n\r\n${reason}`, () => socket.destroy())
}
