import type { BrowserContext } from 'playwright-core'
import type { Marks } from './pages/mark.js'

export interface Measurement {
  firstFrameMs: number
  /** Null where the page does not tell. */
  usableMs: number | null
  /** Requests sent before the first frame: the document, its files, calls and the upgrade. */
  requests: number
  /** Those of them that went to the server's API: calls, polls and the upgrade. */
  calls: number
}

/** Notes the first message of any socket, for a page that notes nothing itself. */
const noteFirstFrame = (): void => {
  const Native = WebSocket
  window.WebSocket = class extends Native {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      this.addEventListener('message', () => ((window as { socketFrameMs?: number }).socketFrameMs ??= performance.now()), { once: true })
    }
  }
}

/** One visit in a tab of its own; the window, and with it the browser's cache, stays. */
export async function measureOnce(context: BrowserContext, address: string, marksItself: boolean): Promise<Measurement> {
  const page = await context.newPage()
  if (!marksItself) await page.addInitScript(noteFirstFrame)
  const cdp = await context.newCDPSession(page)
  await cdp.send('Network.enable')
  const sent: { at: number; url: string; call: boolean }[] = []
  cdp.on('Network.requestWillBeSent', ({ timestamp, request, type }) =>
    sent.push({ at: timestamp, url: request.url, call: type === 'XHR' || type === 'Fetch' }),
  )
  cdp.on('Network.webSocketWillSendHandshakeRequest', ({ timestamp }) => sent.push({ at: timestamp, url: 'socket', call: true }))
  await page.goto(address, { waitUntil: 'commit' })
  const marks = await page
    .waitForFunction((own) => {
      const { marks: noted, socketFrameMs } = window as unknown as { marks?: Marks; socketFrameMs?: number }
      if (!own) return socketFrameMs === undefined ? null : { firstFrameMs: socketFrameMs }
      return noted?.usableMs === undefined ? null : noted
    }, marksItself)
    .then((handle) => handle.jsonValue() as Promise<Marks>)
  const began = sent[0]?.at ?? 0
  const firstFrameMs = marks.firstFrameMs ?? Number.NaN
  const before = sent.filter((request) => (request.at - began) * 1000 <= firstFrameMs && !request.url.endsWith('/favicon.ico'))
  await page.close()
  return { firstFrameMs, usableMs: marks.usableMs ?? null, requests: before.length, calls: before.filter((request) => request.call).length }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}
