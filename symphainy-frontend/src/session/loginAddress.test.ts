import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressOfLogin, safeNext } from './loginAddress.js'

const ORIGIN = 'https://chat.example.com'
const nextOf = (next: string): string => safeNext(`next=${encodeURIComponent(next)}`, ORIGIN)

describe('[next] [UI2] only ever a known path of this origin', () => {
  it.each(['/', '/content', '/devices?tab=1#x', '/business-outcomes'])('keeps %s', (path) => {
    expect(nextOf(path)).toBe(path)
  })

  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n//evil.example',
    'javascript:alert(1)',
    'content',
    '',
    '/login',
    '/register?next=/login',
    '/unknown',
    '/%00\u0000',
    'https:evil.example',
  ])('turns %j into the home page', (path) => {
    expect(nextOf(path)).toBe('/')
  })

  it('is home when there is none', () => {
    expect(safeNext('', ORIGIN)).toBe('/')
  })

  it('never leaves the origin, whatever is asked', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.constantFrom('', '/', '//', '/\\', '\\', '/\t/', 'https://', 'https:', 'javascript:'), fc.string()).map((parts) => parts.join('')),
        (next) => {
          expect(new URL(nextOf(next), ORIGIN).origin).toBe(ORIGIN)
        },
      ),
    )
  })
})

describe('[E3] where somebody without a session is sent', () => {
  const at = (pathname: string): { pathname: string; search: string; hash: string } => ({ pathname, search: '?a=1', hash: '#b' })

  it('goes to login and remembers the way', () => {
    expect(addressOfLogin(at('/content'), 'expired')).toBe('/login?next=%2Fcontent%3Fa%3D1%23b')
  })

  it('remembers nothing for whoever signed out', () => {
    expect(addressOfLogin(at('/content'), 'signed_out')).toBe('/login')
  })

  it.each(['/login', '/register', '/nowhere'])('lets %s stay', (path) => {
    expect(addressOfLogin(at(path), 'none')).toBe(null)
  })

  it('comes back by next to where it was', () => {
    const login = addressOfLogin(at('/content'), 'none') ?? ''
    expect(safeNext(login.split('?')[1] ?? '', ORIGIN)).toBe('/content?a=1#b')
  })
})
