import { pino, type DestinationStream, type Logger } from 'pino'

export type { Logger } from 'pino'

/** Wherever a secret could come along in what is logged; the code hands none over, and this holds if it once does. [L12] */
const SECRETS = [
  'authorization',
  'cookie',
  'password',
  'credential',
  'ticket',
  'token',
  'apiKey',
  'next',
  'current',
  'invitation',
  '["set-cookie"]',
  '["sec-websocket-protocol"]',
  '["x-forwarded-for"]',
]

/** Structured lines to stdout, one JSON object each. */
export function createLogger(level: 'debug' | 'info' | 'warn' | 'error' | 'silent', destination?: DestinationStream): Logger {
  const at = (prefix: string): string[] => SECRETS.map((name) => (name.startsWith('[') ? `${prefix.replace(/\.$/, '')}${name}` : `${prefix}${name}`))
  const options = {
    level,
    base: undefined,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: [...at(''), ...at('*.'), ...at('headers.'), ...at('req.headers.'), ...at('request.headers.')], censor: '[redacted]' },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}
