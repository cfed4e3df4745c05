import { randomUUID } from 'node:crypto'
import type { SessionResponse } from '@symphainy/protocol'
import type { BrowserContext } from 'playwright-core'

export interface Person {
  name: string
  email: string
  password: string
}

/** Somebody nobody has met yet. */
export function newPerson(name = 'Ada Lovelace'): Person {
  return { name, email: `${randomUUID().slice(0, 8)}@example.com`, password: `correct horse ${randomUUID().slice(0, 8)}` }
}

/** A session as a device without a browser has it. */
export interface HttpSession {
  person: Person
  cookie: string
  facts: SessionResponse
  call(method: string, path: string, body?: unknown): Promise<Response>
}

async function open(origin: string, path: string, body: unknown, person: Person): Promise<HttpSession> {
  const answer = await fetch(`${origin}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', origin }, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const facts = (await answer.json()) as SessionResponse
  return {
    person,
    cookie,
    facts,
    call: (method, target, data) =>
      fetch(`${origin}${target}`, {
        method,
        headers: { cookie, origin, ...(data === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(data === undefined ? {} : { body: JSON.stringify(data) }),
      }),
  }
}

export const registerByHttp = (origin: string, person: Person = newPerson()): Promise<HttpSession> => open(origin, '/api/auth/register', person, person)
export const loginByHttp = (origin: string, person: Person): Promise<HttpSession> =>
  open(origin, '/api/auth/login', { email: person.email, password: person.password }, person)

/** Puts a session made over HTTP into a browser, as a visit of yesterday would have left it. */
export async function giveSession(context: BrowserContext, origin: string, session: HttpSession): Promise<void> {
  await context.addCookies(
    session.cookie.split('; ').map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      return { name, value, url: origin, httpOnly: name.endsWith('session'), sameSite: 'Lax' as const }
    }),
  )
}
