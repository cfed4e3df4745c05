import { describe, expect, it } from 'vitest'
import { checkOrigins, isAllowedOrigin, requestOrigin } from './originPolicy.js'

const policy = { exact: ['https://app.example.com'], loopback: true }
const strict = { exact: ['https://app.example.com'], loopback: false }

describe('origins', () => {
  it.each(['https://app.example.com', 'http://localhost:5173', 'http://127.0.0.1:3000', 'https://[::1]:8443', 'http://app.localhost'])(
    '[CN3] allows %s',
    (origin) => {
      expect(isAllowedOrigin(origin, policy)).toBe(true)
    },
  )

  it.each([
    'http://app.example.com',
    'https://app.example.com:444',
    'https://app.example.com.evil.com',
    'https://evil.com',
    'null',
    '',
    'http://localhost.evil.com',
    'http://127.0.0.1.evil.com',
    'http://localhost:80/x',
    'http://LOCALHOST',
    'file://',
  ])('[CN3] refuses %s', (origin) => {
    expect(isAllowedOrigin(origin, policy)).toBe(false)
  })

  it('[CN3] loopback names only where they are wanted', () => {
    expect(isAllowedOrigin('http://localhost:5173', strict)).toBe(false)
  })

  it('[AU6] Origin decides where there is one', () => {
    expect(requestOrigin({ origin: 'https://app.example.com' }, policy)).toBe('https://app.example.com')
    expect(requestOrigin({ origin: 'null', host: 'app.example.com', 'sec-fetch-site': 'same-origin' }, policy)).toBeNull()
  })

  it('[AU6] without Origin a same-origin request comes from its own host, if that is allowed', () => {
    const from = (host: string | undefined, site = 'same-origin', secure?: boolean): string | null =>
      requestOrigin({ ...(host === undefined ? {} : { host }), 'sec-fetch-site': site }, policy, secure)
    expect(from('app.example.com')).toBe('https://app.example.com')
    expect(from('localhost:3000')).toBe('http://localhost:3000')
    expect(from('localhost:3000', 'same-origin', true)).toBe('https://localhost:3000')
    expect(from('evil.com')).toBeNull()
    expect(from(undefined)).toBeNull()
    expect(from('app.example.com', 'cross-site')).toBeNull()
    expect(from('app.example.com', 'none')).toBeNull()
    expect(requestOrigin({ host: 'app.example.com' }, policy)).toBeNull()
  })

  it.each(['https://app.example.com/', 'app.example.com', '*', 'https://APP.example.com'])('names the entry %s, which is no origin', (origin) => {
    expect(() => checkOrigins({ exact: [origin], loopback: false })).toThrow(origin)
  })
})
