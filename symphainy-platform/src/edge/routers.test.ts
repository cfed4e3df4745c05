import { describe, expect, it } from 'vitest'
import { edgeDocuments } from './edgeFiles.js'
import { renderTemplate } from './goTemplate.js'
import { parseRule, routeOf, type EdgeRequest } from './traefikRule.js'

const { routers } = edgeDocuments({ EDGE_ORIGINS: 'https://chat.example.com,http://localhost:8080' }).http

function route(request: Partial<EdgeRequest>): string | null {
  return routeOf(routers, { method: 'GET', path: '/api/ws', headers: {}, ...request })
}

const upgrade = (origin?: string | string[]): Partial<EdgeRequest> => ({ headers: { upgrade: 'websocket', ...(origin === undefined ? {} : { origin }) } })

describe('[L25] who gets to the socket', () => {
  it.each([['https://chat.example.com'], ['http://localhost:8080']])('%s does', (origin) => {
    expect(route(upgrade(origin))).toBe('websocket')
  })

  it.each([
    ['a suffix look-alike', 'https://chat.example.com.evil.test'],
    ['a prefix look-alike', 'https://evil-chat.example.com'],
    ['a sub-domain', 'https://x.chat.example.com'],
    ['the parent domain', 'https://example.com'],
    ['the other scheme', 'http://chat.example.com'],
    ['another port', 'https://chat.example.com:8443'],
    ['a path behind it', 'https://chat.example.com/'],
    ['another case', 'https://CHAT.example.com'],
    ['a dot that stands for any letter', 'https://chatXexample.com'],
    ['null', 'null'],
    ['nothing', ''],
    ['a star', '*'],
    ['two in one', 'https://chat.example.com, https://evil.test'],
  ])('%s does not (%s)', (_case, origin) => {
    expect(route(upgrade(origin))).toBe('websocket-deny')
  })

  it('a missing Origin does not', () => {
    expect(route(upgrade())).toBe('websocket-deny')
  })

  it('an allowed Origin without an upgrade does not', () => {
    expect(route({ headers: { origin: 'https://chat.example.com' } })).toBe('websocket-deny')
    expect(route({ headers: { origin: 'https://chat.example.com', upgrade: 'h2c' } })).toBe('websocket-deny')
  })

  it('the word websocket counts in any case, as the RFC has it', () => {
    expect(route({ headers: { origin: 'https://chat.example.com', upgrade: 'WebSocket' } })).toBe('websocket')
  })

  it.each([['POST'], ['OPTIONS'], ['HEAD'], ['CONNECT']])('%s does not', (method) => {
    expect(route({ ...upgrade('https://chat.example.com'), method })).toBe('websocket-deny')
  })

  it.each([['/api/ws/'], ['/api/ws/x'], ['/'], ['/api/auth/session']])('an upgrade at %s does not', (path) => {
    expect(route({ ...upgrade('https://chat.example.com'), path })).toBe('websocket-deny')
  })
})

describe('the rest', () => {
  it.each([['/'], ['/login'], ['/api/auth/session'], ['/api/auth/ws-ticket'], ['/readyz']])('%s goes to the web app', (path) => {
    expect(route({ path })).toBe('web-app')
  })

  it('the metrics are not for the world', () => {
    expect(route({ path: '/metrics' })).toBe('metrics-deny')
  })

  it('an empty list of origins lets nobody in', () => {
    const { routers: closed } = edgeDocuments({ EDGE_ORIGINS: ',' }).http
    expect(() => parseRule(closed['websocket']?.rule ?? '')).toThrow('rule')
  })
})

describe('the readers of templates and rules', () => {
  it.each(['{{ nope }}', '{{ range .X }}', '{{ end }}', '{{ env "A" | upper }}', '{{ template "x" }}'])('refuse %s, which they do not understand', (text) => {
    expect(() => renderTemplate(text, {})).toThrow('template')
  })

  it('trims around an action only where it is asked to', () => {
    expect(renderTemplate('a {{- env "X" -}} b {{ env "X" }} c', { X: '1' })).toBe('a1b 1 c')
  })

  it.each(['Nope(`x`)', 'Path(`/a`', 'Path(/a)', 'Path(`/a`) Path(`/b`)', 'Header(`A`)', '', 'Path(`/a`) &&'])('refuse the rule %s', (rule) => {
    expect(() => parseRule(rule)).toThrow('rule')
  })

  it('binds && tighter than ||, and turns with !', () => {
    const matcher = parseRule('Path(`/a`) || Path(`/b`) && !Method(`GET`)')
    const of = (path: string, method: string): boolean => matcher({ path, method, headers: {} })
    expect([of('/a', 'GET'), of('/b', 'GET'), of('/b', 'POST')]).toEqual([true, false, true])
  })
})
