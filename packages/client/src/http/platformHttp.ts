import type { ErrorCode, ErrorResponse } from '@symphainy/protocol'
import type { Environment, Timer } from '../environment/environment.js'
import { SymphainyError, asError, type ClientErrorCode } from '../errors/symphainyError.js'

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
export function callPlatform<T>({ clock, fetch }: Environment, method: string, url: string, { body, headers, signal, token }: CallOptions = {}): Promise<T> {
  const controller = new AbortController()
  let timer: Timer
  return new Promise<T>((resolve, reject) => {
    // Settled here and not by the fetch: an environment whose fetch ignores its signal is bounded too.
    const giveUp = (code: ClientErrorCode) => (): void => reject(new SymphainyError(code))
    timer = clock.setTimer(giveUp('timeout'), CALL_TIMEOUT_MS)
    if (signal?.aborted) giveUp('aborted')()
    signal?.addEventListener('abort', giveUp('aborted'), { signal: controller.signal })
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
      return (text ? JSON.parse(text) : undefined) as T
    }
    exchange().then(resolve, (cause: unknown) => reject(asError(cause, cause instanceof SyntaxError ? 'bad_response' : 'network')))
  }).finally(() => {
    timer.cancel()
    controller.abort()
  })
}

const CODES: Readonly<Partial<Record<number, ErrorCode>>> = { 401: 'unauthenticated', 429: 'rate_limited' }

function refusal({ status, headers }: Response, text: string): SymphainyError {
  let told: Partial<ErrorResponse['error']> | undefined
  try {
    told = (JSON.parse(text) as Partial<ErrorResponse>).error
  } catch {
    // Not the platform's own words, but a proxy's: the status says enough.
  }
  const { code = CODES[status] ?? (status < 500 ? 'invalid' : 'unavailable'), message, field } = told ?? {}
  // A date is not read: clocks differ. [AU5]
  const retryAfterMs = told?.retryAfterMs ?? (Number(headers.get('retry-after')) * 1_000 || undefined)
  return new SymphainyError(code, { message, field, status, retryAfterMs })
}
