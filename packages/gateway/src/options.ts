import { DEFAULT_HEARTBEAT_MS, DEFAULT_LIMITS, type HeartbeatMs, type Limits } from '@symphainy/protocol'
import { defaultEnvironment } from './environment.js'
import type { GatewayEnvironment, GatewayLogger, GatewayOptions } from './gateway.js'
import { checkOrigins } from './origin/originPolicy.js'

/** The options with every default in its place. */
export interface Settings extends Required<Omit<GatewayOptions, 'dailyRuns' | 'limits'>> {
  limits: Limits
  heartbeatMs: HeartbeatMs
  environment: GatewayEnvironment
  logger: GatewayLogger
  dailyRuns: number | undefined
}

const silent: GatewayLogger = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** @throws TypeError or RangeError that names the option */
export function settingsOf(options: GatewayOptions): Settings {
  const settings: Settings = {
    ...options,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    heartbeatMs: options.heartbeatMs ?? DEFAULT_HEARTBEAT_MS,
    reconnectWindowMs: options.reconnectWindowMs ?? 1_000,
    socketsPerAddress: options.socketsPerAddress ?? 64,
    socketsPerNode: options.socketsPerNode ?? 20_000,
    sessionsPerUser: options.sessionsPerUser ?? 20,
    admissionPerSecond: options.admissionPerSecond ?? 200,
    dailyRuns: options.dailyRuns,
    runTimeMs: options.runTimeMs ?? 300_000,
    runOutputUnits: options.runOutputUnits ?? 200_000,
    addressOf: options.addressOf ?? ((request) => request.socket.remoteAddress ?? 'unknown'),
    environment: options.environment ?? defaultEnvironment(),
    logger: options.logger ?? silent,
  }
  checkOrigins(settings.origins)
  for (const name of ['socketsPerAddress', 'socketsPerNode', 'sessionsPerUser', 'admissionPerSecond', 'runTimeMs', 'runOutputUnits'] as const) {
    if (!(settings[name] >= 1)) throw new RangeError(`${name}: must be 1 or more, is ${settings[name]}`)
  }
  if (settings.dailyRuns !== undefined && !(settings.dailyRuns >= 0)) throw new RangeError(`dailyRuns: must be 0 or more, is ${settings.dailyRuns}`)
  for (const [name, value] of Object.entries(settings.limits)) if (!(value >= 1)) throw new RangeError(`limits.${name}: must be 1 or more, is ${String(value)}`)
  return settings
}
