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
const SLIPS: readonly { slip: string; path: string[]; value: unknown; finding: string }[] = [
  {
    slip: 'the chain in another order',
    path: ['http', 'middlewares', 'websocket-chain', 'chain', 'middlewares'],
    value: ['websocket-rate-limit', 'websocket-cors', 'security-headers'],
    finding: 'websocket-chain.chain.middlewares is',
  },
  {
    slip: 'the chain without its limit',
    path: ['http', 'middlewares', 'websocket-chain', 'chain', 'middlewares'],
    value: ['websocket-cors', 'security-headers'],
    finding: 'websocket-chain.chain.middlewares is',
  },
  {
    slip: 'a chain of something that is not there',
    path: ['http', 'middlewares', 'http-chain', 'chain', 'middlewares'],
    value: ['security-headers', 'rate-limits'],
    finding: 'http-chain: there is no middleware rate-limits',
  },
  {
    slip: 'a middleware removed',
    path: ['http', 'middlewares', 'security-headers'],
    value: undefined,
    finding: 'websocket-chain: there is no middleware security-headers',
  },
  {
    slip: '[L24] depth',
    path: ['http', 'middlewares', 'websocket-rate-limit', 'rateLimit', 'sourceCriterion', 'ipStrategy', 'depth'],
    value: 1,
    finding: 'websocket-rate-limit: depth without trusted proxies',
  },
  {
    slip: '[L24] depth for HTTP',
    path: ['http', 'middlewares', 'rate-limit', 'rateLimit', 'sourceCriterion'],
    value: { ipStrategy: { depth: 2 } },
    finding: 'rate-limit: depth without trusted proxies',
  },
  {
    slip: 'a limit by a header',
    path: ['http', 'middlewares', 'websocket-rate-limit', 'rateLimit', 'sourceCriterion'],
    value: { requestHeaderName: 'X-Real-Ip' },
    finding: 'websocket-rate-limit.rateLimit.sourceCriterion is',
  },
  {
    slip: 'another average',
    path: ['http', 'middlewares', 'websocket-rate-limit', 'rateLimit', 'average'],
    value: 100,
    finding: 'websocket-rate-limit.rateLimit.average is 100, not 10',
  },
  {
    slip: 'another burst',
    path: ['http', 'middlewares', 'websocket-rate-limit', 'rateLimit', 'burst'],
    value: 50,
    finding: 'websocket-rate-limit.rateLimit.burst is 50, not 5',
  },
  {
    slip: 'another period',
    path: ['http', 'middlewares', 'websocket-rate-limit', 'rateLimit', 'period'],
    value: '1m',
    finding: 'websocket-rate-limit.rateLimit.period is',
  },
  {
    slip: 'another average for HTTP',
    path: ['http', 'middlewares', 'rate-limit', 'rateLimit', 'average'],
    value: 10,
    finding: 'rate-limit.rateLimit.average is 10, not 100',
  },
  {
    slip: 'every origin',
    path: ['http', 'middlewares', 'websocket-cors', 'headers', 'accessControlAllowOriginList'],
    value: ['*'],
    finding: 'websocket-cors: * is not an origin',
  },
  {
    slip: 'no origin',
    path: ['http', 'middlewares', 'websocket-cors', 'headers', 'accessControlAllowOriginList'],
    value: [],
    finding: 'websocket-cors: no list of origins',
  },
  {
    slip: 'an origin in the headers that the rule lacks',
    path: ['http', 'middlewares', 'websocket-cors', 'headers', 'accessControlAllowOriginList'],
    value: ['https://third.example.com'],
    finding: 'the origin https://third.example.com has no way in',
  },
  {
    slip: 'another method',
    path: ['http', 'middlewares', 'websocket-cors', 'headers', 'accessControlAllowMethods'],
    value: ['GET', 'POST'],
    finding: 'websocket-cors.headers.accessControlAllowMethods is',
  },
  {
    slip: 'a misspelt key',
    path: ['http', 'middlewares', 'security-headers', 'headers', 'frameDenied'],
    value: true,
    finding: 'security-headers: frameDenied is not known here',
  },
  { slip: '[L25] no deny router', path: ['http', 'routers', 'websocket-deny'], value: undefined, finding: 'a router is missing' },
  {
    slip: '[L25] the deny router below the web app',
    path: ['http', 'routers', 'websocket-deny', 'priority'],
    value: 50,
    finding: 'router websocket-deny: not above the web app',
  },
  {
    slip: '[L25] the deny router above the WebSocket',
    path: ['http', 'routers', 'websocket-deny', 'priority'],
    value: 400,
    finding: 'router websocket: not the highest',
  },
  {
    slip: '[L25] a deny router that lets through',
    path: ['http', 'routers', 'websocket-deny', 'middlewares'],
    value: ['http-chain@file'],
    finding: 'router websocket-deny: lets something through',
  },
  {
    slip: '[L25] a deny list with a network on it',
    path: ['http', 'middlewares', 'deny-all', 'ipAllowList', 'sourceRange'],
    value: ['0.0.0.0/0'],
    finding: 'router websocket-deny: lets something through',
  },
  {
    slip: '[L25] the Origin out of the rule',
    path: ['http', 'routers', 'websocket', 'rule'],
    value: 'Path(`/api/ws`) && Method(`GET`)',
    finding: 'a foreign Origin is not denied',
  },
  {
    slip: '[L25] an Origin by its beginning',
    path: ['http', 'routers', 'websocket', 'rule'],
    value: 'Path(`/api/ws`) && HeaderRegexp(`Origin`, `^https://`)',
    finding: 'a foreign Origin is not denied',
  },
  {
    slip: 'any method',
    path: ['http', 'routers', 'websocket', 'rule'],
    value: 'Path(`/api/ws`) && (Method(`GET`) || Method(`POST`)) && Header(`Origin`, `https://somebody-else.invalid`)',
    finding: 'another method is not denied',
  },
  { slip: 'a broken rule', path: ['http', 'routers', 'websocket', 'rule'], value: 'Path(`/api/ws`) && (', finding: 'router websocket: rule:' },
  {
    slip: 'a router past the chain',
    path: ['http', 'routers', 'websocket', 'middlewares'],
    value: ['websocket-cors@file'],
    finding: 'not behind websocket-chain@file alone',
  },
  {
    slip: 'a middleware of another provider',
    path: ['http', 'routers', 'web-app', 'middlewares'],
    value: ['http-chain@docker'],
    finding: 'router web-app: there is no middleware http-chain@docker',
  },
  { slip: 'a service that is not there', path: ['http', 'routers', 'web-app', 'service'], value: 'web', finding: 'router web-app: there is no service web' },
  {
    slip: 'an entry point that is not there',
    path: ['http', 'routers', 'web-app', 'entryPoints'],
    value: ['websecure'],
    finding: 'router web-app: there is no entry point websecure',
  },
  {
    slip: '[L20] another health check',
    path: ['http', 'services', 'platform', 'loadBalancer', 'healthCheck', 'path'],
    value: '/',
    finding: 'no health check on /readyz',
  },
  {
    slip: 'the docker provider',
    path: ['static', 'providers', 'docker'],
    value: { endpoint: 'unix:///var/run/docker.sock' },
    finding: 'a provider besides the file provider',
  },
  {
    slip: 'the docker socket',
    path: ['static', 'providers', 'docker'],
    value: { endpoint: 'unix:///var/run/docker.sock' },
    finding: 'the docker socket is named',
  },
  { slip: 'a dashboard', path: ['static', 'api'], value: { dashboard: true }, finding: 'the API or the dashboard is on' },
  {
    slip: 'every forwarded header believed',
    path: ['static', 'entryPoints', 'web', 'forwardedHeaders'],
    value: { insecure: true },
    finding: 'something is insecure',
  },
  {
    slip: '[L12] query parameters in the log',
    path: ['static', 'accessLog', 'fields', 'queryParameters', 'defaultMode'],
    value: 'keep',
    finding: 'queryParameters.defaultMode is not drop',
  },
  {
    slip: '[L12] headers in the log',
    path: ['static', 'accessLog', 'fields', 'headers', 'defaultMode'],
    value: 'keep',
    finding: 'headers.defaultMode is not drop',
  },
  {
    slip: '[L12] one header in the log',
    path: ['static', 'accessLog', 'fields', 'headers', 'names'],
    value: { Cookie: 'keep' },
    finding: 'the access log keeps a header',
  },
  {
    slip: 'a time limit on writing',
    path: ['static', 'entryPoints', 'web', 'transport', 'respondingTimeouts', 'writeTimeout'],
    value: '60s',
    finding: 'writeTimeout is not 0s',
  },
  { slip: 'a ping for everybody', path: ['static', 'entryPoints', 'ping', 'address'], value: ':8082', finding: 'the ping is not on loopback alone' },
]

describe('the check of the edge', () => {
  it.each(SLIPS)('reports $slip', ({ path, value, finding }) => {
    const changed = documents()
    change(changed, path, value)
    expect(edgeFindings(changed).join('\n')).toContain(finding)
  })
})
