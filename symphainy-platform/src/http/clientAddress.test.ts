import type { IncomingMessage } from 'node:http'
import { expect, it } from 'vitest'
import { trustedProxies, type TrustedProxies } from '../config/readers.js'
import { browserName } from './browserName.js'
import { createClientAddress } from './clientAddress.js'

function addressOf(trust: string, remote: string, forwarded?: string): string {
  const reading = trustedProxies(trust)
  const trusted: TrustedProxies = reading.ok ? reading.value : { kind: 'none' }
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  return createClientAddress(trusted)({ socket: { remoteAddress: remote }, headers } as unknown as IncomingMessage)
}

it('[L24] what a stranger writes into X-Forwarded-For changes nothing', () => {
  expect(addressOf('0', '203.0.113.9', '10.0.0.1')).toBe('203.0.113.9')
  expect(addressOf('10.0.0.0/8', '203.0.113.9', '10.0.0.1')).toBe('203.0.113.9')
})

it('[L24] each trusted proxy is looked through, and none beyond', () => {
  expect(addressOf('1', '10.0.0.2', '198.51.100.7')).toBe('198.51.100.7')
  expect(addressOf('1', '10.0.0.2', '1.1.1.1, 198.51.100.7')).toBe('198.51.100.7')
  expect(addressOf('2', '10.0.0.2', '1.1.1.1, 198.51.100.7, 10.0.0.3')).toBe('198.51.100.7')
  expect(addressOf('10.0.0.0/8', '10.0.0.2', '1.1.1.1, 198.51.100.7, 10.0.0.3')).toBe('198.51.100.7')
  expect(addressOf('fd00::/8,127.0.0.1', '::ffff:127.0.0.1', '2001:db8::7, fd00::3')).toBe('2001:db8::7')
})

it('[L24] a header that is missing or rubbish leaves the connection’s address', () => {
  expect(addressOf('1', '10.0.0.2')).toBe('10.0.0.2')
  for (const header of ['', 'unknown', '<script>', '999.1.1.1', 'a'.repeat(5000)]) expect(addressOf('1', '10.0.0.2', header)).toBe('10.0.0.2')
  expect(addressOf('1', '::ffff:10.0.0.2')).toBe('10.0.0.2')
})

it.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36', 'Chrome on Windows'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0', 'Edge on Windows'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15', 'Safari on macOS'],
  ['Mozilla/5.0 (iPad; CPU OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0 Mobile/15E148 Safari/604.1', 'Chrome on iPad'],
  [
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130 Mobile Safari/537.36',
    'Samsung Internet on Android',
  ],
  ['curl/8.9.1', 'curl'],
  ['', 'Unknown browser'],
  ['<b>rubbish</b>', 'Unknown browser'],
])('a browser in words: %s', (userAgent, words) => {
  expect(browserName(userAgent)).toBe(words)
})
