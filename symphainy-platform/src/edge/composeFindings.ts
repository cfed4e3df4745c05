import { valueAt, type Document } from './edgeFindings.js'

type Kind = 'string' | 'boolean' | 'number' | 'list' | 'map' | 'duration' | 'bytes' | 'listOrMap' | 'stringOrList' | 'stringOrMap'

const DURATION = /^(\d+(us|ms|s|m|h))+$/
const BYTES = /^\d+(b|k|kb|m|mb|g|gb)?$/

const KINDS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  list: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  map: (value) => isMap(value),
  duration: (value) => typeof value === 'string' && DURATION.test(value),
  bytes: (value) => typeof value === 'number' || (typeof value === 'string' && BYTES.test(value)),
  listOrMap: (value) => KINDS.list(value) || KINDS.map(value),
  stringOrList: (value) => typeof value === 'string' || KINDS.list(value),
  stringOrMap: (value) => typeof value === 'string' || KINDS.map(value),
}

/** The part of the Compose specification that a file of ours may use, by section: each key with the type of its value. */
const SECTIONS: Readonly<
  Record<'file' | 'service' | 'build' | 'healthcheck' | 'dependency' | 'network' | 'volume' | 'logging', Readonly<Record<string, Kind>>>
> = {
  file: { name: 'string', services: 'map', networks: 'map', volumes: 'map' },
  service: {
    build: 'stringOrMap',
    cap_drop: 'list',
    command: 'stringOrList',
    depends_on: 'listOrMap',
    environment: 'map',
    expose: 'list',
    healthcheck: 'map',
    image: 'string',
    init: 'boolean',
    logging: 'map',
    mem_limit: 'bytes',
    networks: 'listOrMap',
    pids_limit: 'number',
    ports: 'list',
    profiles: 'list',
    read_only: 'boolean',
    restart: 'string',
    security_opt: 'list',
    stop_grace_period: 'duration',
    tmpfs: 'stringOrList',
    user: 'string',
    volumes: 'list',
  },
  build: { context: 'string', dockerfile: 'string', target: 'string' },
  healthcheck: { test: 'stringOrList', interval: 'duration', timeout: 'duration', retries: 'number', start_period: 'duration' },
  dependency: { condition: 'string', restart: 'boolean', required: 'boolean' },
  network: { driver: 'string', internal: 'boolean', ipam: 'map' },
  volume: { driver: 'string', driver_opts: 'map', external: 'boolean' },
  logging: { driver: 'string', options: 'map' },
}

const CONDITIONS = ['service_started', 'service_healthy', 'service_completed_successfully']

/** What of the Compose specification, and of our own rules for containers, this file breaks; empty when nothing. */
export function composeFindings(file: Document): string[] {
  const services = (file['services'] ?? {}) as Record<string, Document>
  return [
    ...keyFindings(file, 'file', 'the file'),
    ...Object.entries(services).flatMap(([name, service]) => serviceFindings(file, name, service)),
    ...wiringFindings(services),
  ]
}

function keyFindings(value: unknown, section: keyof typeof SECTIONS, where: string): string[] {
  if (!isMap(value)) return [`${where}: not a mapping`]
  const allowed = SECTIONS[section]
  return Object.entries(value).flatMap(([key, item]) => {
    const kind = Object.hasOwn(allowed, key) ? allowed[key] : undefined
    if (kind === undefined) return [`${where}: ${key} is not known here`]
    return KINDS[kind](item) ? [] : [`${where}: ${key} is not a ${kind}`]
  })
}

function serviceFindings(file: Document, name: string, service: Document): string[] {
  const findings = keyFindings(service, 'service', name)
  if (isMap(service['build'])) findings.push(...keyFindings(service['build'], 'build', `${name}.build`))
  if (service['healthcheck'] === undefined) findings.push(`${name}: no health check`)
  else findings.push(...keyFindings(service['healthcheck'], 'healthcheck', `${name}.healthcheck`))
  findings.push(...keyFindings(service['logging'], 'logging', `${name}.logging`))
  for (const [key, value] of Object.entries((service['environment'] ?? {}) as Document)) {
    // A bare `yes` or 8080 in YAML is no text; what the container would see is not what one reads.
    if (typeof value !== 'string') findings.push(`${name}: the variable ${key} is not a text`)
  }
  const dependencies = isMap(service['depends_on']) ? Object.entries(service['depends_on']) : []
  for (const [other, dependency] of dependencies) {
    findings.push(...keyFindings(dependency, 'dependency', `${name}.depends_on.${other}`))
    if (valueAt(file, `services.${other}`) === undefined) findings.push(`${name}: depends on ${other}, which is not there`)
    if (!CONDITIONS.includes(String(valueAt(dependency, 'condition')))) findings.push(`${name}: waits for ${other} on no known condition`)
  }
  for (const network of (service['networks'] ?? []) as string[])
    if (!hasKey(file['networks'], network)) findings.push(`${name}: the network ${network} is not declared`)
  for (const mount of (service['volumes'] ?? []) as string[]) {
    const [source = '', target = '', mode] = mount.split(':')
    if (!target.startsWith('/')) findings.push(`${name}: the volume ${mount} has no absolute target`)
    if (source.startsWith('.') || source.startsWith('/')) {
      if (mode !== 'ro') findings.push(`${name}: ${source} of the host is mounted to be written`)
    } else if (!hasKey(file['volumes'], source)) findings.push(`${name}: the volume ${source} is not declared`)
    if (mount.includes('docker.sock')) findings.push(`${name}: has the docker socket`)
  }
  const options = (service['security_opt'] ?? []) as string[]
  if (service['read_only'] !== true) findings.push(`${name}: its file system can be written`)
  if (JSON.stringify(service['cap_drop']) !== '["ALL"]') findings.push(`${name}: keeps capabilities`)
  if (!options.includes('no-new-privileges:true')) findings.push(`${name}: may gain privileges`)
  if (service['mem_limit'] === undefined) findings.push(`${name}: no limit of memory`)
  if (service['user'] === 'root' || String(service['user'] ?? '').startsWith('0')) findings.push(`${name}: runs as root`)
  if (service['image'] !== undefined && !/:v?\d+\.\d+\.\d+$/.test(service['image'] as string)) findings.push(`${name}: the image is not pinned to a version`)
  return findings
}

function wiringFindings(services: Readonly<Record<string, Document>>): string[] {
  const { edge, platform } = services
  if (edge === undefined || platform === undefined) return ['a service is missing: edge or platform']
  const findings: string[] = []
  if (!isTraefik(edge['image'])) findings.push('edge: not Traefik 3.7.9 or newer')
  if (edge['user'] === undefined) findings.push('edge: runs as the user of its image, which is root')
  if (platform['ports'] !== undefined) findings.push('platform: published beside the edge')
  if (platform['init'] !== true) findings.push('platform: no init')
  if (!JSON.stringify(valueAt(platform, 'healthcheck.test') ?? '').includes('/readyz')) findings.push('platform: its health check does not ask /readyz')
  if (valueAt(edge, 'depends_on.platform.condition') !== 'service_healthy') findings.push('edge: does not wait for the platform')
  const drain = Number(valueAt(platform, 'environment.DRAIN_SECONDS'))
  if (!(secondsOf(platform['stop_grace_period']) > drain)) findings.push('platform: is killed before it has drained')
  const dataDir = valueAt(platform, 'environment.DATA_DIR')
  if (!((platform['volumes'] ?? []) as string[]).some((mount) => mount.split(':')[1] === dataDir)) findings.push('platform: DATA_DIR is on no volume')
  if (!/^([1-9]|\d+\.\d+\.\d+\.\d+)/.test(String(valueAt(platform, 'environment.TRUST_PROXY')))) findings.push('platform: takes the edge for the client')
  if (
    !String(valueAt(edge, 'environment.EDGE_ORIGINS'))
      .split(',')
      .includes(String(valueAt(platform, 'environment.PUBLIC_ORIGIN')))
  ) {
    findings.push('edge: does not allow the public origin')
  }
  for (const target of ['traefik.yml', 'dynamic/middlewares.yml', 'dynamic/routers.yml']) {
    if (!((edge['volumes'] ?? []) as string[]).some((mount) => mount.includes(`:/etc/traefik/${target}:`))) findings.push(`edge: ${target} is not mounted`)
  }
  if (valueAt(edge, 'labels') !== undefined) findings.push('edge: routers in labels need the docker socket')
  return findings
}

function isTraefik(image: unknown): boolean {
  const version = /^traefik:v3\.(\d+)\.(\d+)$/.exec(String(image))
  return version !== null && (Number(version[1]) > 7 || (Number(version[1]) === 7 && Number(version[2]) >= 9))
}

function secondsOf(duration: unknown): number {
  const parts = /^(?:(\d+)m)?(?:(\d+)s)?$/.exec(String(duration))
  return parts === null ? Number.NaN : Number(parts[1] ?? 0) * 60 + Number(parts[2] ?? 0)
}

function isMap(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function hasKey(value: unknown, key: string): boolean {
  return isMap(value) && Object.hasOwn(value, key)
}
