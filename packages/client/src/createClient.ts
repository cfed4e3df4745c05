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
  if (typeof url === 'string' && !/^https?:\/\/[^/]+\/?$/.test(url)) throw new TypeError('url: an http or https origin, for instance https://chat.example.com')
  if (credential !== undefined && credential !== 'cookie' && credential !== 'bearer') throw new TypeError("credential: 'cookie' or 'bearer'")
  if (token !== undefined && typeof token !== 'function') throw new TypeError('token: a function that gives the token')
  if (onAuthRequired !== undefined && typeof onAuthRequired !== 'function') throw new TypeError('onAuthRequired: a function')
}
