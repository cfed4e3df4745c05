import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An OpenAI-compatible endpoint whose answer the test writes word by word. */
export interface ModelServer {
  /** For `OPENAI_BASE_URL`. */
  baseUrl: string
  /** Questions asked so far. */
  asked(): number
  /** Streams waiting for words. */
  open(): number
  /** Streams that the platform ended before the model had. */
  aborted(): number
  /** Writes to every open stream. */
  write(text: string): void
  /** Ends every open stream as a model does. */
  finish(): void
  close(): Promise<void>
}

const chunk = (delta: object, reason: string | null): string =>
  `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 0, model: 'test', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`

export async function startModelServer(): Promise<ModelServer> {
  const streams = new Set<ServerResponse>()
  let asked = 0
  let aborted = 0
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      if (request.url?.endsWith('/models') === true) {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ object: 'list', data: [{ id: 'test', object: 'model' }] }))
        return
      }
      asked += 1
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(chunk({ role: 'assistant', content: '' }, null))
      streams.add(response)
      response.on('close', () => {
        if (streams.delete(response)) aborted += 1
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked: () => asked,
    open: () => streams.size,
    aborted: () => aborted,
    write(text) {
      for (const stream of streams) stream.write(chunk({ content: text }, null))
    },
    finish() {
      for (const stream of streams) {
        streams.delete(stream)
        stream.end(`${chunk({}, 'stop')}data: [DONE]\n\n`)
      }
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
