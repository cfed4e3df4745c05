import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../config/loadConfig.js'
import { VARIABLES } from '../config/variables.js'
import { composeFindings } from './composeFindings.js'
import { interpolate, interpolateAll } from './composeVariables.js'
import { repositoryFile } from './edgeFiles.js'
import { valueAt, type Document } from './edgeFindings.js'

const compose = (variables: Record<string, string> = {}): Document =>
  interpolateAll(parse(repositoryFile('docker-compose.yml'), { merge: true }), variables) as Document

const platformVariables = (file: Document): Record<string, string> => valueAt(file, 'services.platform.environment') as Record<string, string>

function changed(path: string, value: unknown, variables: Record<string, string> = {}): Document {
  const file = structuredClone(compose(variables))
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  const parent = keys.reduce<Document>((section, key) => section[key] as Document, file)
  if (value === undefined) Reflect.deleteProperty(parent, last)
  else parent[last] = value
  return file
}

describe('docker-compose.yml', () => {
  it('keeps to the specification and to our rules, with the defaults', () => {
    expect(composeFindings(compose())).toEqual([])
  })

  it('keeps to them with a public origin', () => {
    expect(composeFindings(compose({ PUBLIC_ORIGIN: 'https://chat.example.com', ALLOWED_ORIGINS: 'https://app.example.com', DRAIN_SECONDS: '30' }))).toEqual([])
  })

  it('allows the same origins at the edge as in the platform', () => {
    const file = compose({ PUBLIC_ORIGIN: 'https://chat.example.com', ALLOWED_ORIGINS: 'https://app.example.com' })
    expect(valueAt(file, 'services.edge.environment.EDGE_ORIGINS')).toBe('https://chat.example.com,https://app.example.com')
    expect(valueAt(compose({ HTTP_PORT: '9000' }), 'services.edge.environment.EDGE_ORIGINS')).toBe('http://localhost:9000,http://127.0.0.1:9000,')
  })

  it('gives the platform a configuration that it accepts', () => {
    const config = loadConfig(platformVariables(compose()))
    expect([config.host, config.port, config.dataDir, config.publicOrigin]).toEqual(['0.0.0.0', 3000, '/data', 'http://localhost:8080'])
    expect(config.trustProxy).toEqual({ kind: 'count', count: 1 })
  })

  it('passes on every variable that the platform knows, and no other', () => {
    const known = Object.values(VARIABLES).map((variable) => variable.name)
    // These name places in the image, or are settled by the names and addresses above.
    const settled = ['KNOWLEDGE_DIR', 'WEB_DIR', 'LOOPBACK_ORIGINS']
    expect(Object.keys(platformVariables(compose())).sort()).toEqual(known.filter((name) => !settled.includes(name)).sort())
  })

  it('holds no secret itself', () => {
    const secret = Object.values(VARIABLES)
      .filter((variable) => 'secret' in variable)
      .map((variable) => variable.name)
    for (const name of secret) expect(platformVariables(compose())[name]).toBe('')
  })
})

describe('the check of docker-compose.yml', () => {
  it.each<[string, string, unknown, string]>([
    ['an unknown key', 'services.edge.imagge', 'x', 'edge: imagge is not known here'],
    ['an unknown section', 'version', '3', 'the file: version is not known here'],
    ['a wrong type', 'services.platform.init', 'yes', 'platform: init is not a boolean'],
    ['a duration without a unit', 'services.platform.stop_grace_period', '40', 'platform: stop_grace_period is not a duration'],
    ['a number among the variables', 'services.platform.environment.PORT', 3000, 'platform: the variable PORT is not a text'],
    ['a stop that is too short', 'services.platform.stop_grace_period', '20s', 'platform: is killed before it has drained'],
    ['the default stop of ten seconds', 'services.platform.stop_grace_period', undefined, 'platform: is killed before it has drained'],
    ['an unpinned image', 'services.edge.image', 'traefik:v3', 'edge: the image is not pinned to a version'],
    ['an older Traefik', 'services.edge.image', 'traefik:v3.7.8', 'edge: not Traefik 3.7.9 or newer'],
    ['the docker socket', 'services.edge.volumes', ['/var/run/docker.sock:/var/run/docker.sock:ro'], 'edge: has the docker socket'],
    [
      'a file of the host to be written',
      'services.edge.volumes',
      ['./symphainy-platform/traefik-config/traefik.yml:/etc/traefik/traefik.yml'],
      'is mounted to be written',
    ],
    [
      'a missing router file',
      'services.edge.volumes',
      ['./symphainy-platform/traefik-config/traefik.yml:/etc/traefik/traefik.yml:ro'],
      'edge: dynamic/routers.yml is not mounted',
    ],
    ['labels', 'services.edge.labels', { 'traefik.enable': 'true' }, 'edge: routers in labels need the docker socket'],
    ['a published platform', 'services.platform.ports', ['3000:3000'], 'platform: published beside the edge'],
    ['an undeclared volume', 'services.platform.volumes', ['store:/data'], 'platform: the volume store is not declared'],
    ['data on no volume', 'services.platform.volumes', ['data:/var/data'], 'platform: DATA_DIR is on no volume'],
    ['an undeclared network', 'services.platform.networks', ['inside'], 'platform: the network inside is not declared'],
    ['another health check', 'services.platform.healthcheck.test', ['CMD', 'true'], 'its health check does not ask /readyz'],
    ['no health check', 'services.edge.healthcheck', undefined, 'edge: no health check'],
    ['a start without waiting', 'services.edge.depends_on.platform.condition', 'service_started', 'edge: does not wait for the platform'],
    ['a condition that is none', 'services.edge.depends_on.platform.condition', 'ready', 'waits for platform on no known condition'],
    ['a file system to write to', 'services.platform.read_only', false, 'platform: its file system can be written'],
    ['a capability', 'services.edge.cap_drop', ['NET_RAW'], 'edge: keeps capabilities'],
    ['new privileges', 'services.platform.security_opt', [], 'platform: may gain privileges'],
    ['no limit of memory', 'services.platform.mem_limit', undefined, 'platform: no limit of memory'],
    ['root', 'services.edge.user', '0:0', 'edge: runs as root'],
    ["the image's own user", 'services.edge.user', undefined, 'edge: runs as the user of its image'],
    ['no init', 'services.platform.init', false, 'platform: no init'],
    ['no trusted proxy', 'services.platform.environment.TRUST_PROXY', '0', 'platform: takes the edge for the client'],
    ['two truths about the origin', 'services.edge.environment.EDGE_ORIGINS', 'https://other.example.com', 'edge: does not allow the public origin'],
  ])('reports %s', (_slip, path, value, finding) => {
    expect(composeFindings(changed(path, value)).join('\n')).toContain(finding)
  })
})

describe('the reader of variables', () => {
  it.each<[string, Record<string, string>, string]>([
    ['${A:-x}', {}, 'x'],
    ['${A:-x}', { A: '' }, 'x'],
    ['${A:-x}', { A: 'y' }, 'y'],
    ['${A:-a${B:-b}c}d', {}, 'abcd'],
    ['$$5 ${A}', {}, '$5 '],
  ])('makes of %s with %j: %s', (text, variables, result) => {
    expect(interpolate(text, variables)).toBe(result)
  })

  it.each(['$A', '${A?x}', '${A', '${a-b}'])('refuses %s', (text) => {
    expect(() => interpolate(text, {})).toThrow('compose')
  })
})
