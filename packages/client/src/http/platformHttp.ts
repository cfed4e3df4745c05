import { ERROR_TEXTS, type ErrorCode, type ErrorResponse } from '@symphainy/protocol'
import type { Environment } from '../environment/environment.js'
import { SymphainyError, type ClientErrorCode } from '../errors/symphainyError.js'

/** [CN6] Every call is given up after so long, in milliseconds. */
const CALL_TIMEOUT_MS = 8_000

export interface CallOptions {
  /** Sent as JSON. */
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
  /** The bearer token; without one the browser adds its cookie. */
  token?: string | null
}

/**
 * One HTTP call to the platform, bounded in time from the first byte to the last.
 * @throws SymphainyError: the platform's code, or `network`, `timeout`, `aborted`, `bad_response`
 */
export function callPlatform<T>({ clock, fetch }: Environment, method: string, url: string, { body, headers, signal, token }: CallOptions = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController()
    // The promise is settled here and not by the fetch: an environment whose fetch ignores its signal is bounded too.
    const fail = (code: ClientErrorCode, cause?: unknown): void => {
      reject(new SymphainyError(code, { cause }))
      controller.abort()
      finish()
    }
    const onAbort = (): void => fail('aborted')
    const timer = clock.setTimer(() => fail('timeout'), CALL_TIMEOUT_MS)
    const finish = (): void => {
      timer.cancel()
      signal?.removeEventListener('abort', onAbort)
    }
    if (signal?.aborted) return onAbort()
    signal?.addEventListener('abort', onAbort)
    fetch(url, {
      method,
      cache: 'no-store',
      credentials: token ? 'omit' : 'same-origin',
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
      body: body === undefined ? null : JSON.stringify(body),
      signal: controller.signal,
    })
      .then(async (response) => {
        const text = await response.text()
        if (!response.ok) throw refusal(response, text)
        return text === '' ? undefined : JSON.parse(text)
      })
      .then(
        (value) => {
          finish()
          resolve(value as T)
        },
        (cause: unknown) => {
          finish()
          if (cause instanceof SymphainyError) reject(cause)
          else fail(cause instanceof SyntaxError ? 'bad_response' : 'network', cause)
        },
      )
  })
}

/** What a status means where the body does not say it, for instance because a proxy answered. */
const STATUS_CODES: Readonly<Record<number, ErrorCode>> = { 401: 'unauthenticated', 403: 'origin_refused', 404: 'not_found', 429: 'rate_limited' }

function refusal(response: Response, text: string): SymphainyError {
  let error: Partial<ErrorResponse['error']> = {}
  try {
    error = (JSON.parse(text) as Partial<ErrorResponse>).error ?? {}
  } catch {
    // Not the platform's own words: the status says enough.
  }
  const known = typeof error.code === 'string' && error.code in ERROR_TEXTS
  const code = known ? (error.code as ErrorCode) : (STATUS_CODES[response.status] ?? (response.status >= 500 ? 'unavailable' : 'invalid'))
  const seconds = Number(response.headers.get('retry-after') ?? NaN)
  const retryAfterMs = error.retryAfterMs ?? (seconds >= 0 ? seconds * 1_000 : undefined)
  return new SymphainyError(code, {
    ...(known && typeof error.message === 'string' ? { message: error.message } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(error.field === undefined ? {} : { field: error.field }),
    status: response.status,
  })
}
