import { PRESENCE_COOKIE } from '@symphainy/protocol'

/** The cookies of one platform: their names and attributes follow from whether it is reached by https. [AU1] [AU2] */
export interface SessionCookies {
  /** The credential of a `Cookie` header, if there is one. */
  read(header: string | undefined): string | undefined
  /** `Set-Cookie` values that store the credential and say, readably, that there is one. */
  store(credential: string, maxAgeSeconds: number): string[]
  /** `Set-Cookie` values that take both away. */
  clear(): string[]
}

export function createSessionCookies({ secure }: { secure: boolean }): SessionCookies {
  // The prefix makes browsers refuse one that a neighbouring subdomain tries to plant.
  const name = secure ? '__Host-symphainy_session' : 'symphainy_session'
  const common = `Path=/; SameSite=Lax${secure ? '; Secure' : ''}`
  return {
    read(header) {
      for (const part of header?.split(';') ?? []) {
        const at = part.indexOf('=')
        if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim() || undefined
      }
      return undefined
    },
    store: (credential, maxAgeSeconds) => [
      `${name}=${credential}; ${common}; HttpOnly; Max-Age=${maxAgeSeconds}`,
      `${PRESENCE_COOKIE}=1; ${common}; Max-Age=${maxAgeSeconds}`,
    ],
    clear: () => [`${name}=; ${common}; HttpOnly; Max-Age=0`, `${PRESENCE_COOKIE}=; ${common}; Max-Age=0`],
  }
}
