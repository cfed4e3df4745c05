import type { ClientOptions, SymphainyClient } from './clientApi.js'

/** Makes a client; nothing happens before `start()`. */
export function createClient(options: ClientOptions = {}): SymphainyClient {
  throw new Error(`createClient is being built ${Object.keys(options).length}`)
}
