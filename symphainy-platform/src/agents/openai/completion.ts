import type { TokenUsage } from '@ag-ui/core'
import { GatewayError } from '@symphainy/gateway'
import { EVENT_BYTES } from '@symphainy/protocol'
import { cutShort, type Failure } from '../endpoint/failure.js'
import { openStream, type StreamRequest } from '../endpoint/openStream.js'
import { readSse } from '../sse/readSse.js'
import { readChunk } from './completionChunk.js'

/** How one attempt ended. */
export type Completed = { ok: true; usage?: TokenUsage } | { ok: false; failure: Failure }

const failed = (why: string): Completed => ({ ok: false, failure: { code: 'agent_failed', why, isRetryable: false, neverStarted: false } })

/**
 * One attempt at a chat completion: yields its text as it comes, and returns how it ended. Finished is only what said
 * so, by a `finish_reason` or `[DONE]`; a stream cut short is a failure. [U12]
 */
export async function* completion(request: StreamRequest): AsyncGenerator<string, Completed> {
  const opened = await openStream(request)
  if (!opened.ok) return opened
  let usage: TokenUsage | undefined
  let finish: string | undefined
  const ended = (): Completed => {
    if (finish === 'length')
      return { ok: false, failure: { code: 'output_exceeded', why: 'the answer reached the model’s own limit', isRetryable: false, neverStarted: false } }
    if (finish === 'content_filter') return failed('the endpoint’s content filter ended the answer')
    return usage === undefined ? { ok: true } : { ok: true, usage }
  }
  try {
    for await (const { data } of readSse(opened.body, EVENT_BYTES)) {
      if (data === '[DONE]') return ended()
      const chunk = readChunk(data)
      if (chunk === null) return failed('the endpoint sent what is no chat completion chunk')
      if (chunk.error) return failed('the endpoint reported an error inside the stream')
      if (chunk.text !== '') yield chunk.text
      usage = chunk.usage ?? usage
      finish = chunk.finish ?? finish
    }
  } catch (error) {
    if (error instanceof GatewayError)
      return { ok: false, failure: { code: 'event_too_large', why: 'the endpoint sent an event that is too large', isRetryable: false, neverStarted: false } }
    // After its finish_reason the answer is whole; what broke off was the count of tokens.
    return finish === undefined ? { ok: false, failure: cutShort(error) } : ended()
  }
  return finish === undefined ? { ok: false, failure: cutShort() } : ended()
}
