import { describe, expect, it } from 'vitest'
import { edgeDocuments } from './edgeFiles.js'
import { edgeFindings, valueAt, type Document, type EdgeDocuments } from './edgeFindings.js'

const ORIGINS = 'https://chat.example.com,https://app.example.com'
const documents = (): EdgeDocuments => edgeDocuments({ EDGE_ORIGINS: ORIGINS })

/** Changes the value at a path; `undefined` removes it. */
function change(document: unknown, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path
  if (rest.length > 0) change((document as Document)[key], rest, value)
  else if (value === undefined) Reflect.deleteProperty(document as Document, key)
  else (document as Document)[key] = value
}

describe('the edge as it is', () => {
  it('breaks no rule', () => {
    expect(edgeFindings(documents())).toEqual([])
  })

  it('breaks no rule with the default origin', () => {
    const plain = edgeDocuments({})
    expect(edgeFindings(plain)).toEqual([])
    expect(valueAt(plain.http.middlewares['websocket-cors'], 'headers.accessControlAllowOriginList')).toEqual(['http://localhost:8080'])
  })

  it('lists the origins of the environment, tidied', () => {
    const listed = edgeDocuments({ EDGE_ORIGINS: ' https://Chat.example.com/ ,,https://app.example.com,' })
    expect(valueAt(listed.http.middlewares['websocket-cors'], 'headers.accessControlAllowOriginList')).toEqual(ORIGINS.split(','))
  })

  it('chains origins, rate and headers in this order', () => {
    expect(valueAt(documents().http.middlewares['websocket-chain'], 'chain.middlewares')).toEqual([
      'websocket-cors',
      'websocket-rate-limit',
      'security-headers',
    ])
  })

  it('[L24] limits handshakes by the address that connects', () => {
    expect(valueAt(documents().http.middlewares['websocket-rate-limit'], 'rateLimit')).toEqual({
      average: 10,
      period: '1s',
      burst: 5,
      sourceCriterion: { ipStrategy: { ipv6Subnet: 64 } },
    })
  })
})

/** Each of these was, or could be, somebody's slip; the check has to name it. */
const SLIPS: readonly (readonly [slip: string, path: string, value: unknown, finding: string])[] = [
  [
    'the chain in another order',
    'http.middlewares.websocket-chain.chain.middlewares',
    ['websocket-rate-limit', 'websocket-cors', 'security-headers'],
    'websocket-chain.chain.middlewares is',
  ],
  [
    'the chain without its limit',
    'http.middlewares.websocket-chain.chain.middlewares',
    ['websocket-cors', 'security-headers'],
    'websocket-chain.chain.middlewares is',
  ],
  [
    'a chain of something that is not there',
    'http.middlewares.http-chain.chain.middlewares',
    ['security-headers', 'rate-limits'],
    'http-chain: there is no middleware rate-limits',
  ],
  ['a middleware removed', 'http.middlewares.security-headers', undefined, 'websocket-chain: there is no middleware security-headers'],
  ['[L24] depth', 'http.middlewares.websocket-rate-limit.rateLimit.sourceCriterion.ipStrategy.depth', 1, 'websocket-rate-limit: depth without trusted proxies'],
  ['[L24] depth for HTTP', 'http.middlewares.rate-limit.rateLimit.sourceCriterion', { ipStrategy: { depth: 2 } }, 'rate-limit: depth without trusted proxies'],
  [
    'a limit by a header',
    'http.middlewares.websocket-rate-limit.rateLimit.sourceCriterion',
    { requestHeaderName: 'X-Real-Ip' },
    'websocket-rate-limit.rateLimit.sourceCriterion is',
  ],
  ['another average', 'http.middlewares.websocket-rate-limit.rateLimit.average', 100, 'websocket-rate-limit.rateLimit.average is 100, not 10'],
  ['another burst', 'http.middlewares.websocket-rate-limit.rateLimit.burst', 50, 'websocket-rate-limit.rateLimit.burst is 50, not 5'],
  ['another period', 'http.middlewares.websocket-rate-limit.rateLimit.period', '1m', 'websocket-rate-limit.rateLimit.period is'],
  ['another average for HTTP', 'http.middlewares.rate-limit.rateLimit.average', 10, 'rate-limit.rateLimit.average is 10, not 100'],
  ['every origin', 'http.middlewares.websocket-cors.headers.accessControlAllowOriginList', ['*'], 'websocket-cors: * is not an origin'],
  ['no origin', 'http.middlewares.websocket-cors.headers.accessControlAllowOriginList', [], 'websocket-cors: no list of origins'],
  [
    'an origin in the headers that the rule lacks',
    'http.middlewares.websocket-cors.headers.accessControlAllowOriginList',
    ['https://third.example.com'],
    'the origin https://third.example.com has no way in',
  ],
  [
    'another method',
    'http.middlewares.websocket-cors.headers.accessControlAllowMethods',
    ['GET', 'POST'],
    'websocket-cors.headers.accessControlAllowMethods is',
  ],
  ['a misspelt key', 'http.middlewares.security-headers.headers.frameDenied', true, 'security-headers: frameDenied is not known here'],
  ['[L25] no deny router', 'http.routers.websocket-deny', undefined, 'a router is missing'],
  ['[L25] the deny router below the web app', 'http.routers.websocket-deny.priority', 50, 'router websocket-deny: not above the web app'],
  ['[L25] the deny router above the WebSocket', 'http.routers.websocket-deny.priority', 400, 'router websocket: not the highest'],
  ['[L25] a deny router that lets through', 'http.routers.websocket-deny.middlewares', ['http-chain@file'], 'router websocket-deny: lets something through'],
  [
    '[L25] a deny list with a network on it',
    'http.middlewares.deny-all.ipAllowList.sourceRange',
    ['0.0.0.0/0'],
    'router websocket-deny: lets something through',
  ],
  ['[L25] the Origin out of the rule', 'http.routers.websocket.rule', 'Path(`/api/ws`) && Method(`GET`)', 'a foreign Origin is not denied'],
  [
    '[L25] an Origin by its beginning',
    'http.routers.websocket.rule',
    'Path(`/api/ws`) && HeaderRegexp(`Origin`, `^https://`)',
    'a foreign Origin is not denied',
  ],
  [
    'any method',
    'http.routers.websocket.rule',
    'Path(`/api/ws`) && (Method(`GET`) || Method(`POST`)) && Header(`Origin`, `https://somebody-else.invalid`)',
    'another method is not denied',
  ],
  ['a broken rule', 'http.routers.websocket.rule', 'Path(`/api/ws`) && (', 'router websocket: rule:'],
  ['a router past the chain', 'http.routers.websocket.middlewares', ['websocket-cors@file'], 'not behind websocket-chain@file alone'],
  ['a middleware of another provider', 'http.routers.web-app.middlewares', ['http-chain@docker'], 'router web-app: there is no middleware http-chain@docker'],
  ['a service that is not there', 'http.routers.web-app.service', 'web', 'router web-app: there is no service web'],
  ['an entry point that is not there', 'http.routers.web-app.entryPoints', ['websecure'], 'router web-app: there is no entry point websecure'],
  ['[L20] another health check', 'http.services.platform.loadBalancer.healthCheck.path', '/', 'no health check on /readyz'],
  ['the docker provider', 'static.providers.docker', { endpoint: 'unix:///var/run/docker.sock' }, 'a provider besides the file provider'],
  ['the docker socket', 'static.providers.docker', { endpoint: 'unix:///var/run/docker.sock' }, 'the docker socket is named'],
  ['a dashboard', 'static.api', { dashboard: true }, 'the API or the dashboard is on'],
  ['every forwarded header believed', 'static.entryPoints.web.forwardedHeaders', { insecure: true }, 'something is insecure'],
  ['[L12] query parameters in the log', 'static.accessLog.fields.queryParameters.defaultMode', 'keep', 'queryParameters.defaultMode is not drop'],
  ['[L12] headers in the log', 'static.accessLog.fields.headers.defaultMode', 'keep', 'headers.defaultMode is not drop'],
  ['[L12] one header in the log', 'static.accessLog.fields.headers.names', { Cookie: 'keep' }, 'the access log keeps a header'],
  ['a time limit on writing', 'static.entryPoints.web.transport.respondingTimeouts.writeTimeout', '60s', 'writeTimeout is not 0s'],
  ['a ping for everybody', 'static.entryPoints.ping.address', ':8082', 'the ping is not on loopback alone'],
]

describe('the check of the edge', () => {
  it.each(SLIPS)('reports %s', (_slip, path, value, finding) => {
    const changed = documents()
    change(changed, path.split('.'), value)
    expect(edgeFindings(changed).join('\n')).toContain(finding)
  })
})
