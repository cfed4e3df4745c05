import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as the fake endpoint saw it, and the way to answer it. */
export interface Exchange {
  headers: IncomingHttpHeaders
  path: string
  body: unknown
  response: ServerResponse
  /** Resolves when the connection is gone, by whichever side. */
  closed: Promise<void>
}

export interface FakeEndpoint {
  /** Without a slash at its end. */
  url: string
  exchanges: readonly Exchange[]
  /** Resolves with the request of this number, from 1, as soon as it was made. */
  exchange(n: number): Promise<Exchange>
  close(): Promise<void>
}

/** A server on a free port of loopback that answers each POST as the test says; `n` counts from 1. For tests only. */
export async function createFakeEndpoint(answer: (exchange: Exchange, n: number) => void | Promise<void>): Promise<FakeEndpoint> {
  const exchanges: Exchange[] = []
  const waiting: { n: number; resolve: (exchange: Exchange) => void }[] = []
  const server = createServer((request, response) => {
    const closed = new Promise<void>((resolve) => response.once('close', resolve))
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const exchange: Exchange = { headers: request.headers, path: request.url ?? '', body: JSON.parse(Buffer.concat(pieces).toString()), response, closed }
      exchanges.push(exchange)
      for (const { n, resolve } of waiting) if (n === exchanges.length) resolve(exchange)
      void answer(exchange, exchanges.length)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    exchange: (n) =>
      new Promise((resolve) => {
        const made = exchanges[n - 1]
        if (made === undefined) waiting.push({ n, resolve })
        else resolve(made)
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Begins an event stream; what follows is written as it is. */
export function beginStream(response: ServerResponse): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  return response
}

/** Writes a text in pieces of so many bytes, each its own chunk on the wire. */
export async function writeInPieces(response: ServerResponse, text: string, bytes: number): Promise<void> {
  const buffer = Buffer.from(text)
  for (let at = 0; at < buffer.length; at += bytes)
    await new Promise<void>((resolve) => response.write(buffer.subarray(at, at + bytes), () => setImmediate(resolve)))
}
