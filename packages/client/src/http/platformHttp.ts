import type { ErrorResponse } from '@symphainy/protocol'
import type { Environment, Timer } from '../environment/environment.js'
import { SymphainyError, type ClientErrorCode } from '../errors/symphainyError.js'

/** [CN6] Every call is given up after so long, in milliseconds. */
const CALL_TIMEOUT_MS = 8_000

export interface CallOptions {
  /** Sent as JSON. */
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
  /** The bearer token; without one the browser adds its cookie. */
  token?: string | null | undefined
}

/**
 * One HTTP call to the platform, bounded in time from the first byte to the last.
 * @throws SymphainyError: the platform's code, or `network`, `timeout`, `aborted`, `bad_response`
 */
export async function callPlatform<T>(
  { clock, fetch }: Environment,
  method: string,
  url: string,
  { body, headers, signal, token }: CallOptions = {},
): Promise<T> {
  const controller = new AbortController()
  let timer: Timer | null = null
  // Settled here and not by the fetch: an environment whose fetch ignores its signal is bounded too.
  const givenUp = new Promise<never>((_, reject) => {
    const giveUp = (code: ClientErrorCode) => (): void => reject(new SymphainyError(code))
    timer = clock.setTimer(giveUp('timeout'), CALL_TIMEOUT_MS)
    if (signal?.aborted) giveUp('aborted')()
    signal?.addEventListener('abort', giveUp('aborted'), { signal: controller.signal })
  })
  const exchange = async (): Promise<T> => {
    const response = await fetch(url, {
      method,
      cache: 'no-store',
      credentials: token ? 'omit' : 'same-origin',
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...(token && { authorization: `Bearer ${token}` }), ...headers },
      body: JSON.stringify(body),
      signal: controller.signal,
    })
    const text = await response.text()
    if (!response.ok) throw refusal(response, text)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
  try {
    return await Promise.race([givenUp, exchange()])
  } catch (cause) {
    throw cause instanceof SymphainyError ? cause : new SymphainyError(cause instanceof SyntaxError ? 'bad_response' : 'network', { cause })
  } finally {
    ;(timer as Timer | null)?.cancel()
    controller.abort()
  }
}

function refusal({ status, headers }: Response, text: string): SymphainyError {
  let error: Partial<ErrorResponse['error']> | undefined
  try {
    error = (JSON.parse(text) as Partial<ErrorResponse>).error
  } catch {
    // Not the platform's own words, but a proxy's: the status says enough.
  }
  const {
    code = status === 401 ? 'unauthenticated' : status === 429 ? 'rate_limited' : status >= 500 ? 'unavailable' : 'invalid',
    message,
    field,
  } = error ?? {}
  const seconds = headers.get('retry-after')
  return new SymphainyError(code, { message, field, status, retryAfterMs: error?.retryAfterMs ?? (seconds ? Number(seconds) * 1_000 || undefined : undefined) })
}
