import type { AgentEnvironment } from '../agentEnvironment.js'
import { parseRetryAfter } from './backOff.js'
import { networkFailure, statusFailure, type EndpointSettings, type Failure } from './failure.js'

export interface StreamRequest {
  url: string
  headers: Readonly<Record<string, string>>
  body: unknown
  settings: EndpointSettings
  environment: Pick<AgentEnvironment, 'fetch' | 'now'>
  signal: AbortSignal
}

export type OpenedStream = { ok: true; body: ReadableStream<Uint8Array> } | { ok: false; failure: Failure }

/** The most of a refusal's body that is looked at, in bytes. */
const REFUSAL_BYTES = 4096

/** Posts JSON and gives the event stream that answers, or why there is none. The signal reaches the request. [U11] */
export async function openStream({ url, headers, body, settings, environment, signal }: StreamRequest): Promise<OpenedStream> {
  let response: Response
  try {
    response = await environment.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
      body: JSON.stringify(body),
      signal,
    })
  } catch (error) {
    return { ok: false, failure: networkFailure(error, settings) }
  }
  if (!response.ok) {
    const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), environment.now())
    return { ok: false, failure: statusFailure(response.status, await beginningOf(response), settings, retryAfterMs) }
  }
  const type = response.headers.get('content-type') ?? ''
  if (response.body === null || !/^text\/event-stream\b/i.test(type)) {
    await beginningOf(response)
    const why = `the endpoint answered with ${type.split(';')[0] || 'nothing'} and not with an event stream`
    return { ok: false, failure: { code: 'agent_unreachable', why, setting: settings.url, status: response.status, isRetryable: false, neverStarted: false } }
  }
  return { ok: true, body: response.body }
}

/** The first bytes of a body; the rest is not waited for. A body that breaks off is what came of it. */
async function beginningOf(response: Response): Promise<string> {
  if (response.body === null) return ''
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  try {
    while (text.length < REFUSAL_BYTES) {
      const { done, value } = await reader.read()
      if (done) return text
      text += decoder.decode(value, { stream: true })
    }
  } catch {
    // The status has decided already; the body only refines it.
    return text
  }
  // Nobody waits for the cancelled rest, so nobody is told when that fails.
  reader.cancel().catch(() => undefined)
  return text
}
