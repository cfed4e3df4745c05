import { parseRule, routeOf, type EdgeRequest } from './traefikRule.js'

/** What the three files of the edge hold, parsed. */
export interface EdgeDocuments {
  /** traefik.yml */
  static: Document
  /** middlewares.yml and routers.yml, rendered, parsed and put together: the `http` of both. */
  http: { middlewares: Record<string, Document>; routers: Record<string, Router>; services: Record<string, Document> }
}

export type Document = Record<string, unknown>

export interface Router {
  rule: string
  priority: number
  entryPoints: string[]
  middlewares: string[]
  service: string
}

/** The keys of Traefik 3.7 that the edge uses, by middleware: a misspelt one would be ignored, or stop the edge. */
const MIDDLEWARE_KEYS: Readonly<Record<string, readonly string[]>> = {
  headers: [
    'accessControlAllowCredentials',
    'accessControlAllowMethods',
    'accessControlAllowOriginList',
    'accessControlMaxAge',
    'addVaryHeader',
    'contentTypeNosniff',
    'customResponseHeaders',
    'frameDeny',
    'permissionsPolicy',
    'referrerPolicy',
    'stsSeconds',
  ],
  rateLimit: ['average', 'period', 'burst', 'sourceCriterion'],
  ipAllowList: ['sourceRange'],
  chain: ['middlewares'],
}

const WEBSOCKET_CHAIN = ['websocket-cors', 'websocket-rate-limit', 'security-headers']
const PROBE_ORIGIN = 'https://somebody-else.invalid'

/** Reads a value by its path, for instance `rateLimit.average`; undefined where there is none. */
export function valueAt(document: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Document)[key] : undefined), document)
}

/** Every rule of the edge that these documents break, in words; empty when all hold. [L24] [L25] */
export function edgeFindings(documents: EdgeDocuments): string[] {
  return [...staticFindings(documents.static), ...middlewareFindings(documents.http.middlewares), ...routerFindings(documents)]
}

function staticFindings(document: Document): string[] {
  const findings: string[] = []
  const require = (path: string, expected: unknown): void => {
    if (valueAt(document, path) !== expected) findings.push(`traefik.yml: ${path} is not ${String(expected)}`)
  }
  require('accessLog.format', 'json')
  require('accessLog.fields.queryParameters.defaultMode', 'drop')
  require('accessLog.fields.headers.defaultMode', 'drop')
  require('entryPoints.web.transport.respondingTimeouts.readTimeout', '60s')
  require('entryPoints.web.transport.respondingTimeouts.writeTimeout', '0s')
  require('providers.file.directory', '/etc/traefik/dynamic')
  require('global.sendAnonymousUsage', false)
  if (valueAt(document, 'accessLog.fields.headers.names') !== undefined) findings.push('traefik.yml: the access log keeps a header')
  if (Object.keys(document['providers'] ?? {}).some((name) => name !== 'file')) findings.push('traefik.yml: a provider besides the file provider')
  if (document['api'] !== undefined) findings.push('traefik.yml: the API or the dashboard is on')
  const text = JSON.stringify(document)
  if (/"insecure(SkipVerify)?":true/i.test(text)) findings.push('traefik.yml: something is insecure')
  if (text.includes('docker.sock')) findings.push('traefik.yml: the docker socket is named')
  const ping = valueAt(document, `entryPoints.${String(valueAt(document, 'ping.entryPoint'))}.address`)
  if (typeof ping !== 'string' || !ping.startsWith('127.0.0.1:')) findings.push('traefik.yml: the ping is not on loopback alone')
  return findings
}

function middlewareFindings(middlewares: Readonly<Record<string, Document>>): string[] {
  const findings: string[] = []
  const require = (path: string, expected: unknown): void => {
    const [name = '', ...rest] = path.split('.')
    const found = valueAt(middlewares[name], rest.join('.'))
    if (JSON.stringify(found) !== JSON.stringify(expected)) findings.push(`${path} is ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`)
  }
  require('websocket-cors.headers.accessControlAllowMethods', ['GET', 'OPTIONS'])
  require('websocket-rate-limit.rateLimit.average', 10)
  require('websocket-rate-limit.rateLimit.period', '1s')
  require('websocket-rate-limit.rateLimit.burst', 5)
  require('websocket-rate-limit.rateLimit.sourceCriterion', { ipStrategy: { ipv6Subnet: 64 } })
  require('rate-limit.rateLimit.average', 100)
  require('rate-limit.rateLimit.sourceCriterion', { ipStrategy: { ipv6Subnet: 64 } })
  require('security-headers.headers.frameDeny', true)
  require('security-headers.headers.contentTypeNosniff', true)
  require('deny-all.ipAllowList.sourceRange', ['255.255.255.255/32'])
  require('websocket-chain.chain.middlewares', WEBSOCKET_CHAIN)
  const origins = valueAt(middlewares['websocket-cors'], 'headers.accessControlAllowOriginList')
  if (!Array.isArray(origins) || origins.length === 0) findings.push('websocket-cors: no list of origins')
  else for (const origin of origins) if (!isOrigin(origin)) findings.push(`websocket-cors: ${String(origin)} is not an origin`)
  for (const [name, middleware] of Object.entries(middlewares)) {
    const kinds = Object.keys(middleware)
    const allowed = MIDDLEWARE_KEYS[kinds[0] ?? '']
    if (kinds.length !== 1 || allowed === undefined) findings.push(`${name}: not exactly one middleware that is known here`)
    else
      for (const key of Object.keys(middleware[kinds[0] as string] as Document)) if (!allowed.includes(key)) findings.push(`${name}: ${key} is not known here`)
    if (/"depth":/.test(JSON.stringify(middleware))) findings.push(`${name}: depth without trusted proxies`)
    for (const part of (valueAt(middleware, 'chain.middlewares') as string[] | undefined) ?? []) {
      if (middlewares[part.replace(/@file$/, '')] === undefined) findings.push(`${name}: there is no middleware ${part}`)
    }
  }
  return findings
}

function routerFindings({ static: fixed, http }: EdgeDocuments): string[] {
  const findings: string[] = []
  const { routers, middlewares, services } = http
  const entryPoints = Object.keys(fixed['entryPoints'] ?? {})
  for (const [name, router] of Object.entries(routers)) {
    try {
      parseRule(router.rule)
    } catch (error) {
      return [...findings, `router ${name}: ${(error as Error).message}`]
    }
    if (!Number.isInteger(router.priority)) findings.push(`router ${name}: no priority`)
    for (const entryPoint of router.entryPoints) if (!entryPoints.includes(entryPoint)) findings.push(`router ${name}: there is no entry point ${entryPoint}`)
    for (const used of router.middlewares) {
      if (!used.endsWith('@file') || middlewares[used.slice(0, -'@file'.length)] === undefined) findings.push(`router ${name}: there is no middleware ${used}`)
    }
    if (router.service !== 'noop@internal' && services[router.service] === undefined) findings.push(`router ${name}: there is no service ${router.service}`)
  }
  const { websocket, 'websocket-deny': deny, 'web-app': app } = routers
  if (websocket === undefined || deny === undefined || app === undefined) return [...findings, 'a router is missing: websocket, websocket-deny or web-app']
  if (JSON.stringify(websocket.middlewares) !== '["websocket-chain@file"]') findings.push('router websocket: not behind websocket-chain@file alone')
  if (Object.entries(routers).some(([name, router]) => name !== 'websocket' && router.priority >= websocket.priority))
    findings.push('router websocket: not the highest')
  if (deny.priority <= app.priority) findings.push('router websocket-deny: not above the web app')
  if (!deny.middlewares.some((used) => refuses(used, middlewares)) || deny.service !== 'noop@internal')
    findings.push('router websocket-deny: lets something through')
  const foreign: EdgeRequest = { method: 'GET', path: '/api/ws', headers: { origin: PROBE_ORIGIN, upgrade: 'websocket' } }
  if (routeOf(routers, foreign) !== 'websocket-deny') findings.push('a foreign Origin is not denied')
  if (routeOf(routers, { ...foreign, headers: { upgrade: 'websocket' } }) !== 'websocket-deny') findings.push('a missing Origin is not denied')
  if (routeOf(routers, { ...foreign, method: 'POST' }) !== 'websocket-deny') findings.push('another method is not denied')
  for (const origin of (valueAt(middlewares['websocket-cors'], 'headers.accessControlAllowOriginList') as string[] | undefined) ?? []) {
    if (routeOf(routers, { ...foreign, headers: { origin, upgrade: 'websocket' } }) !== 'websocket') findings.push(`the origin ${origin} has no way in`)
  }
  if (valueAt(services['platform'], 'loadBalancer.healthCheck.path') !== '/readyz') findings.push('service platform: no health check on /readyz')
  return findings
}

/** Whether a middleware, or a part of a chain, lets nobody through. */
function refuses(used: string, middlewares: Readonly<Record<string, Document>>): boolean {
  const middleware = middlewares[used.replace(/@file$/, '')]
  const parts = (valueAt(middleware, 'chain.middlewares') as string[] | undefined) ?? []
  return JSON.stringify(valueAt(middleware, 'ipAllowList.sourceRange')) === '["255.255.255.255/32"]' || parts.some((part) => refuses(part, middlewares))
}

function isOrigin(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value
}
