import type { TrustedProxies, Reader } from './readers.js'
import { httpUrl, integer, list, oneOf, origin, text, trustedProxies } from './readers.js'

/** What the platform is told at its start. Durations bear their unit in their name. */
export interface Config {
  host: string
  port: number
  dataDir: string
  publicOrigin: string | undefined
  allowedOrigins: readonly string[]
  /** Whether localhost, 127.0.0.1 and [::1] may connect from any port. */
  loopbackOrigins: boolean
  sessionTtlSeconds: number
  sessionAbsoluteSeconds: number
  trustProxy: TrustedProxies
  registration: 'open' | 'invite' | 'closed'
  invitationCodes: readonly string[]
  openaiBaseUrl: string | undefined
  openaiApiKey: string | undefined
  openaiModel: string | undefined
  aguiAgentUrl: string | undefined
  dailyRuns: number | undefined
  runTimeSeconds: number
  runOutputChars: number
  socketsPerAddress: number
  socketsPerNode: number
  sessionsPerUser: number
  admissionPerSecond: number
  messageChars: number
  messagesPerSecond: number
  registrationsPerHour: number
  knowledgeDir: string | undefined
  webDir: string | undefined
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  drainSeconds: number
}

export interface Variable<T> {
  name: string
  /** What it holds, in a word or two. */
  type: string
  /** The default as it would be written in the environment; absent: none. */
  default?: string
  /** The default in words, where it depends on something. */
  defaultText?: string
  doc: string
  example: string
  read: Reader<T>
  /** Its value is never printed. */
  secret?: true
}

type Table = { readonly [K in keyof Config]: Variable<Exclude<Config[K], undefined>> }

const flag: Reader<boolean> = (value) => {
  const reading = oneOf('yes', 'no')(value)
  return reading.ok ? { ok: true, value: reading.value === 'yes' } : reading
}

/** Every variable, once: the reading, the errors, `--help` and docs/configuration.md come from here. */
export const VARIABLES: Table = {
  host: {
    name: 'HOST',
    type: 'address',
    default: 'localhost',
    example: '0.0.0.0',
    read: text({ max: 255 }),
    doc: 'Where to listen. `localhost` is reachable from this machine only; `0.0.0.0` from everywhere, as a container needs it.',
  },
  port: { name: 'PORT', type: 'number', default: '3000', example: '8080', read: integer(0, 65535), doc: 'The port to listen on. 0 takes a free one.' },
  dataDir: {
    name: 'DATA_DIR',
    type: 'folder',
    default: '.data',
    example: '/var/lib/symphainy',
    read: text(),
    doc: 'Where the database is. Made when it is not there.',
  },
  publicOrigin: {
    name: 'PUBLIC_ORIGIN',
    type: 'origin',
    defaultText: 'none: only loopback names',
    example: 'https://chat.example.com',
    read: origin,
    doc: 'The address that people type. With https, cookies are `Secure` and bear the `__Host-` prefix.',
  },
  allowedOrigins: {
    name: 'ALLOWED_ORIGINS',
    type: 'origins',
    default: '',
    defaultText: 'none further',
    example: 'https://app.example.com,https://intranet.example.com',
    read: list(origin),
    doc: 'Further origins whose pages may sign in and connect, separated by commas.',
  },
  loopbackOrigins: {
    name: 'LOOPBACK_ORIGINS',
    type: 'yes, no',
    defaultText: '`yes` without a PUBLIC_ORIGIN, or with a loopback one; else `no`',
    example: 'no',
    read: flag,
    doc: 'Whether pages of localhost, 127.0.0.1 and [::1] on any port may connect.',
  },
  sessionTtlSeconds: {
    name: 'SESSION_TTL_SECONDS',
    type: 'seconds',
    default: '86400',
    example: '3600',
    read: integer(30, 31_536_000),
    doc: 'How long a session lives without use. A page that is open keeps it alive.',
  },
  sessionAbsoluteSeconds: {
    name: 'SESSION_ABSOLUTE_SECONDS',
    type: 'seconds',
    default: '2592000',
    example: '604800',
    read: integer(30, 315_360_000),
    doc: 'How long a session lives however much it is used.',
  },
  trustProxy: {
    name: 'TRUST_PROXY',
    type: 'count or addresses',
    default: '0',
    defaultText: '`0`: nobody',
    example: '1, or 10.0.0.0/8,192.168.1.4',
    read: trustedProxies,
    doc: 'Whose `X-Forwarded-For` is believed: how many proxies stand in front, or their addresses and subnets. Never "true".',
  },
  registration: {
    name: 'REGISTRATION',
    type: 'open, invite, closed',
    default: 'open',
    example: 'invite',
    read: oneOf('open', 'invite', 'closed'),
    doc: 'Who may make an account.',
  },
  invitationCodes: {
    name: 'INVITATION_CODES',
    type: 'codes',
    default: '',
    defaultText: 'none',
    example: 'spring-4821,autumn-9933',
    read: list(text({ max: 100 })),
    secret: true,
    doc: 'With `REGISTRATION=invite`: the codes that let one make an account, separated by commas.',
  },
  openaiBaseUrl: {
    name: 'OPENAI_BASE_URL',
    type: 'address',
    defaultText: '`https://api.openai.com/v1` with a model; else the documentation search answers',
    example: 'https://api.openai.com/v1',
    read: httpUrl,
    doc: 'An OpenAI-compatible endpoint that answers for all agents.',
  },
  openaiApiKey: {
    name: 'OPENAI_API_KEY',
    type: 'key',
    defaultText: 'none',
    example: 'sk-…',
    read: text({ max: 1024 }),
    secret: true,
    doc: 'The key of that endpoint. Some local ones need none.',
  },
  openaiModel: {
    name: 'OPENAI_MODEL',
    type: 'name',
    defaultText: 'none',
    example: 'gpt-4o-mini',
    read: text({ max: 200 }),
    doc: 'The model to ask for. Needed with `OPENAI_BASE_URL` or `OPENAI_API_KEY`.',
  },
  aguiAgentUrl: {
    name: 'AGUI_AGENT_URL',
    type: 'address',
    defaultText: 'none',
    example: 'http://localhost:8000/agent',
    read: httpUrl,
    doc: 'An AG-UI agent over HTTP that answers for all agents; with a model beside it, for the liaisons only.',
  },
  dailyRuns: {
    name: 'DAILY_RUNS',
    type: 'number',
    defaultText: '200 with a model or a remote agent, else no limit',
    example: '50',
    read: integer(1, 1_000_000),
    doc: 'Questions that one person may ask a day (UTC).',
  },
  runTimeSeconds: {
    name: 'RUN_TIME_SECONDS',
    type: 'seconds',
    default: '300',
    example: '120',
    read: integer(1, 86_400),
    doc: 'How long an answer may take before it is ended.',
  },
  runOutputChars: {
    name: 'RUN_OUTPUT_CHARS',
    type: 'characters',
    default: '200000',
    example: '50000',
    read: integer(100, 10_000_000),
    doc: 'How long an answer may grow before it is ended.',
  },
  socketsPerAddress: {
    name: 'SOCKETS_PER_ADDRESS',
    type: 'number',
    default: '64',
    example: '500',
    read: integer(1, 1_000_000),
    doc: 'Connections that one address may hold. Raise it where many people share one address.',
  },
  socketsPerNode: {
    name: 'SOCKETS_PER_NODE',
    type: 'number',
    default: '20000',
    example: '5000',
    read: integer(1, 1_000_000),
    doc: 'Connections of this process.',
  },
  sessionsPerUser: {
    name: 'SESSIONS_PER_USER',
    type: 'number',
    default: '20',
    example: '5',
    read: integer(1, 10_000),
    doc: 'Devices of one person that may be connected at once.',
  },
  admissionPerSecond: {
    name: 'ADMISSION_PER_SECOND',
    type: 'number',
    default: '200',
    example: '50',
    read: integer(1, 100_000),
    doc: 'Connects a second; those above are given a time of their own.',
  },
  messageChars: { name: 'MESSAGE_CHARS', type: 'characters', default: '32768', example: '8000', read: integer(1, 32_768), doc: 'How long a message may be.' },
  messagesPerSecond: {
    name: 'MESSAGES_PER_SECOND',
    type: 'number',
    default: '5',
    example: '1',
    read: integer(1, 1000),
    doc: 'Messages a second that one connection may send in the long run; twice as many at once.',
  },
  registrationsPerHour: {
    name: 'REGISTRATIONS_PER_HOUR',
    type: 'number',
    default: '120',
    example: '10',
    read: integer(1, 1_000_000),
    doc: 'Accounts that one address may make an hour.',
  },
  knowledgeDir: {
    name: 'KNOWLEDGE_DIR',
    type: 'folder',
    defaultText: 'the `knowledge` folder of the platform',
    example: '/srv/knowledge',
    read: text(),
    doc: 'The Markdown that the documentation search answers from; one sub-folder a pillar.',
  },
  webDir: {
    name: 'WEB_DIR',
    type: 'folder',
    defaultText: 'the build of `symphainy-frontend`',
    example: '/srv/web',
    read: text(),
    doc: 'The web app to serve.',
  },
  logLevel: {
    name: 'LOG_LEVEL',
    type: 'debug, info, warn, error, silent',
    default: 'info',
    example: 'warn',
    read: oneOf('debug', 'info', 'warn', 'error', 'silent'),
    doc: 'What the log holds.',
  },
  drainSeconds: {
    name: 'DRAIN_SECONDS',
    type: 'seconds',
    default: '20',
    example: '60',
    read: integer(0, 3600),
    doc: 'How long a stop waits for answers that are being written.',
  },
}
