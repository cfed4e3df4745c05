import type { Page, Request, WebSocket } from 'playwright-core'

/** What a page did on the network and said on its console, from its first request. */
export interface Traffic {
  requests: Request[]
  sockets: WebSocket[]
  /** Every address that the page itself was at, in order. */
  addresses: string[]
  /** Errors nobody caught, and what the Content-Security-Policy stopped. */
  problems: string[]
  openSockets(): number
  /** Requests of this method to this path. */
  count(method: string, path: string): number
}

export function watch(page: Page): Traffic {
  const requests: Request[] = []
  const sockets: WebSocket[] = []
  const addresses: string[] = []
  const problems: string[] = []
  page.on('request', (request) => requests.push(request))
  page.on('websocket', (socket) => sockets.push(socket))
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) addresses.push(frame.url())
  })
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`))
  page.on('console', (message) => {
    if (/content.security.policy/i.test(message.text())) problems.push(message.text())
  })
  return {
    requests,
    sockets,
    addresses,
    problems,
    openSockets: () => sockets.filter((socket) => !socket.isClosed()).length,
    count: (method, path) => requests.filter((request) => request.method() === method && new URL(request.url()).pathname === path).length,
  }
}
