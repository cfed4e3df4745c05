import { createSseParser, type SseEvent } from './sseParser.js'

/**
 * The events of a response's body as they come. When the reader stops early, the body is cancelled, so that the other
 * side sees its connection close. Rejects as the body does.
 *
 * @param maxUnits the most that one event may hold, in UTF-16 units
 * @throws GatewayError `event_too_large`
 */
export async function* readSse(body: ReadableStream<Uint8Array>, maxUnits: number): AsyncGenerator<SseEvent, void> {
  const parser = createSseParser(maxUnits)
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let isOver = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) {
        isOver = true
        return
      }
      yield* parser.push(decoder.decode(value, { stream: true }))
    }
  } finally {
    // Cancelling a body that failed rejects with that same failure, which the caller has already.
    if (!isOver) reader.cancel().catch(() => undefined)
  }
}
