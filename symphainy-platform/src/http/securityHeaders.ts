/** What a browser is told about this site. Sent with every answer. */
export function securityHeaders({
  secure,
  publicOrigin,
  loopback,
}: {
  secure: boolean
  publicOrigin: string | undefined
  loopback: boolean
}): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(publicOrigin, loopback),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()',
    'cross-origin-opener-policy': 'same-origin',
    'x-frame-options': 'DENY',
    ...(secure ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  }
}

/** Nothing but what is our own; no script, style or frame from elsewhere, none that is written into the page. [T12] */
function contentSecurityPolicy(publicOrigin: string | undefined, loopback: boolean): string {
  // Not every browser takes 'self' to mean the sockets of the same origin. [::1] is left to those that do: a policy has no words for IPv6.
  const sockets = [...(publicOrigin === undefined ? [] : [publicOrigin.replace(/^http/, 'ws')]), ...(loopback ? ['ws://localhost:*', 'ws://127.0.0.1:*'] : [])]
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...sockets].join(' ')}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
