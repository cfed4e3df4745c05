import type { AuthSession } from './auth/authApi.js'
import type { Connection } from './connection/connectionApi.js'
import type { Environment } from './environment/environment.js'
import type { WebSocketConnectionRegistry } from './registry/webSocketConnectionRegistry.js'

export interface ClientOptions {
  /**
   * Where the platform is: an origin (`https://chat.example.com`) or a function that gives it.
   * @default the page's own origin
   */
  url?: string | (() => string)
  /**
   * `cookie`: the platform keeps the credential in an HttpOnly cookie (same origin).
   * `bearer`: the credential is in storage under `symphainy.token`. [AU1]
   * @default 'cookie'
   */
  credential?: 'cookie' | 'bearer'
  /**
   * Bearer mode with a login of your own: gives the current token, or null when nobody is signed in. [AU8]
   * @default the token that login stored
   */
  token?: () => string | null | Promise<string | null>
  /**
   * Called once when the way goes to login: no session, or a session that ended. Do the redirect here. [E3]
   */
  onAuthRequired?: (reason: string) => void
  /** For tests and unusual hosts. @default defaultEnvironment() */
  environment?: Environment
}

/**
 * Everything of one signed-in browser context. Made by `createClient(options)`; nothing happens before `start()`.
 * The chat is not part of it: `chatOf(client)` gives the one chat store of a client, from a module of its own, so that
 * a page without a chat does not load one.
 */
export interface SymphainyClient {
  readonly auth: AuthSession
  readonly connection: Connection
  readonly registry: WebSocketConnectionRegistry
  readonly environment: Environment
  /** Restores the session. Idempotent: StrictMode may start, dispose and start again. [L3] */
  start(): void
  /** Ends everything: timers, sockets, listeners. Idempotent; `start()` may follow. */
  dispose(): void
}
