import type { IncomingHttpHeaders } from 'node:http'

/** The origins that may connect and change state. [CN3] [AU1] */
export interface OriginPolicy {
  /** Exact origins, for instance `https://app.example.com`. */
  exact: readonly string[]
  /** Whether the loopback names are allowed too, with any port. */
  loopback: boolean
}

const LOOPBACK = /^https?:\/\/(localhost|[a-z0-9-]+\.localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/

/** Whether this exact origin may connect. `null`, an absent one and anything that is no origin may not. */
export function isAllowedOrigin(origin: string, { exact, loopback }: OriginPolicy): boolean {
  return exact.includes(origin) || (loopback && LOOPBACK.test(origin))
}

/**
 * The allowed origin that a request comes from, or null. It is `Origin`; a same-origin GET has none, so there it is
 * the request's own host when the browser says `Sec-Fetch-Site: same-origin`. [AU6]
 * @param secure whether the request came over https, where that is known; otherwise both schemes are tried
 */
export function requestOrigin(headers: IncomingHttpHeaders, policy: OriginPolicy, secure?: boolean): string | null {
  if (headers.origin !== undefined) return isAllowedOrigin(headers.origin, policy) ? headers.origin : null
  const { host } = headers
  if (headers['sec-fetch-site'] !== 'same-origin' || host === undefined) return null
  const schemes = secure === undefined ? ['https', 'http'] : [secure ? 'https' : 'http']
  const candidates = schemes.map((scheme) => `${scheme}://${host}`)
  // A loopback name is plain http unless somebody named it with https.
  return candidates.find((origin) => policy.exact.includes(origin)) ?? candidates.reverse().find((origin) => isAllowedOrigin(origin, policy)) ?? null
}

/** @throws TypeError that names the first entry which is not an exact origin */
export function checkOrigins({ exact }: OriginPolicy): void {
  for (const origin of exact) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) throw new TypeError(`origins: "${origin}" is not an origin such as https://app.example.com`)
  }
}
