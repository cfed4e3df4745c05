import type { ClientOptions, SymphainyClient } from '../clientApi.js'
import { createClient } from '../createClient.js'
import { VirtualBrowser, type VirtualTab } from './virtualBrowser.js'
import { VirtualClock } from './virtualClock.js'
import { VirtualPlatform } from './virtualPlatform.js'
import type { VirtualSocket } from './virtualSocket.js'

/** An account of the virtual platform. */
export const ADA = { email: 'ada@example.com', password: 'correct horse' }

export interface ConnectedPage {
  clock: VirtualClock
  platform: VirtualPlatform
  browser: VirtualBrowser
  client: SymphainyClient
  tab: VirtualTab
  redirects: string[]
  socket: () => VirtualSocket
  state: () => string
  /** Another page of the same browser. */
  open: (options?: ClientOptions) => { client: SymphainyClient; tab: VirtualTab }
}

/** A page that is signed in and connected. `random` fixes the jitter. */
export async function connectedPage({ random }: { random?: number } = {}): Promise<ConnectedPage> {
  const clock = new VirtualClock()
  const platform = new VirtualPlatform(clock)
  const browser = new VirtualBrowser({ clock, network: platform })
  const redirects: string[] = []
  const open = (options: ClientOptions = {}): { client: SymphainyClient; tab: VirtualTab } => {
    const tab = browser.tab()
    if (random !== undefined) tab.environment.random = () => random
    const client = createClient({ environment: tab.environment, onAuthRequired: (reason) => redirects.push(reason), ...options })
    client.start()
    return { client, tab }
  }
  const { client, tab } = open()
  client.connection.retain()
  void client.auth.login(ADA)
  await clock.advance(100)
  redirects.length = 0
  if (client.connection.getSnapshot().state !== 'ready') throw new Error('the page did not connect')
  platform.requests.length = 0
  return {
    clock,
    platform,
    browser,
    client,
    tab,
    redirects,
    open,
    socket: () => platform.sockets.at(-1) as VirtualSocket,
    state: () => client.connection.getSnapshot().state,
  }
}
