import type { ErrorCode } from '@symphainy/protocol'

/** Why an endpoint gave no answer. `why` and `setting` are for the operator's log; a person sees the code's text. */
export interface Failure {
  code: Extract<ErrorCode, 'agent_failed' | 'agent_unreachable' | 'agent_misconfigured' | 'event_too_large' | 'output_exceeded'>
  /** Complete words, without key, body or address. */
  why: string
  /** The environment variable to look at, where one is likely at fault. */
  setting?: string
  status?: number
  /** Whether the same request may succeed later. */
  isRetryable: boolean
  /** Whether the other side cannot have begun to work on it. */
  neverStarted: boolean
  retryAfterMs?: number
  /** Set when the endpoint does not know this optional field of the request; without it the same may succeed at once. */
  unknownField?: 'stream_options'
}

/** The environment variables behind an endpoint, named in the log. */
export interface EndpointSettings {
  url: string
  key?: string
  model?: string
}

const NEVER_CONNECTED: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])

/** The system's code behind a rejected `fetch` or body, for instance `ECONNREFUSED`. */
function causeCode(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    const code = (at as Error & { code?: unknown }).code
    if (typeof code === 'string') return code
  }
  return error instanceof Error ? error.name : 'unknown'
}

/** A request that was not answered, or a body that broke off. */
export function networkFailure(error: unknown, settings: EndpointSettings): Failure {
  const cause = causeCode(error)
  return {
    code: 'agent_unreachable',
    why: `the endpoint cannot be reached (${cause})`,
    setting: settings.url,
    isRetryable: true,
    neverStarted: NEVER_CONNECTED.has(cause),
  }
}

/** A stream that ended without saying so: never a success. [U12] */
export function cutShort(error?: unknown): Failure {
  const cause = error === undefined ? 'it closed' : causeCode(error)
  return { code: 'agent_failed', why: `the stream ended before the answer did (${cause})`, isRetryable: true, neverStarted: false }
}

/**
 * A status that is not a success.
 *
 * @param body what the endpoint said; looked at for its error code and never logged, since some repeat the key in it
 */
export function statusFailure(status: number, body: string, settings: EndpointSettings, retryAfterMs?: number): Failure {
  const failure = (code: Failure['code'], why: string, setting?: string): Failure => ({
    code,
    why,
    status,
    isRetryable: false,
    neverStarted: false,
    ...(setting === undefined ? {} : { setting }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
  if (status === 401 || status === 403) return failure('agent_misconfigured', 'the endpoint refused the credential', settings.key ?? settings.url)
  if (status === 404 && settings.model !== undefined && /model/i.test(body))
    return failure('agent_misconfigured', 'the endpoint does not know the model', settings.model)
  if (status === 404) return failure('agent_unreachable', 'there is nothing at this address', settings.url)
  if (status === 400 && settings.model !== undefined && /model[_ ](not[_ ]found|.{0,80}does not exist)|invalid model/i.test(body))
    return failure('agent_misconfigured', 'the endpoint does not know the model', settings.model)
  if (status === 402 || (status === 429 && /insufficient_quota|billing/i.test(body)))
    return failure('agent_misconfigured', 'the account behind the key has no credit left', settings.key ?? settings.url)
  // Some endpoints are strict about fields that came later; usage is worth asking for, not failing for.
  if ((status === 400 || status === 422) && body.includes('stream_options'))
    return { ...failure('agent_failed', 'the endpoint does not know stream_options'), isRetryable: true, unknownField: 'stream_options' }
  if (status === 429) return { ...failure('agent_unreachable', 'the endpoint asks for fewer requests'), isRetryable: true, neverStarted: true }
  if (status >= 500) return { ...failure('agent_unreachable', 'the endpoint failed'), isRetryable: true, neverStarted: status === 503 }
  return failure('agent_failed', 'the endpoint refused the request')
}
