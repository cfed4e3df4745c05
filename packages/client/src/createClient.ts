import { createAuthSession } from './auth/authSession.js'
import type { ClientOptions, SymphainyClient } from './clientApi.js'
import { createConnection } from './connection/connectionDriver.js'
import { defaultEnvironment } from './environment/defaultEnvironment.js'
import { WebSocketConnectionRegistry } from './registry/webSocketConnectionRegistry.js'

/**
 * Makes a client; nothing happens before `start()`, and no global is read before that either.
 * @throws TypeError that names the option
 */
export function createClient(options: ClientOptions = {}): SymphainyClient {
  check(options)
  const environment = options.environment ?? defaultEnvironment()
  const platformUrl = (): string => (typeof options.url === 'function' ? options.url() : (options.url ?? environment.origin)).replace(/\/$/, '')
  const registry = new WebSocketConnectionRegistry(environment.clock)
  const auth = createAuthSession(environment, options, platformUrl)
  const connection = createConnection(environment, auth, registry, platformUrl)
  return {
    auth,
    connection,
    registry,
    environment,
    start() {
      connection.start()
      auth.start()
    },
    dispose() {
      auth.stop()
      connection.stop()
      registry.dispose()
    },
  }
}

function check({ url, credential, token, onAuthRequired }: ClientOptions): void {
  const rules: readonly (readonly [string, boolean])[] = [
    ['url: an http or https origin', typeof url !== 'string' || /^https?:\/\/[^/]+\/?$/.test(url)],
    ["credential: 'cookie' or 'bearer'", [undefined, 'cookie', 'bearer'].includes(credential)],
    ['token: a function', typeof (token ?? check) === 'function'],
    ['onAuthRequired: a function', typeof (onAuthRequired ?? check) === 'function'],
  ]
  for (const [rule, holds] of rules) if (!holds) throw new TypeError(rule)
}
