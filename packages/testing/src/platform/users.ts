import type { User } from '@symphainy/protocol'

/** The user of a name: the same one each time. */
export function userNamed(name: string): User {
  return { id: `user-${name.toLowerCase()}`, name, email: `${name.toLowerCase()}@example.com` }
}
