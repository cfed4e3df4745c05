import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFaultProxy, type FaultProxy } from './faultProxy.js'

let server: Server
let sockets: WebSocketServer
let proxy: FaultProxy

beforeEach(async () => {
  server = createServer((request, response) => {
    request.resume()
    request.on('end', () => response.end(`saw ${request.method} ${request.url}`))
  })
  sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  proxy = await createFaultProxy({ target: { port: (server.address() as AddressInfo).port } })
})

afterEach(async () => {
  await proxy.close()
  sockets.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const openSocket = (): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(proxy.origin.replace('http', 'ws'))
    socket.once('open', () => resolve(socket))
    socket.once('error', reject)
  })

const closeCode = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => {
    socket.on('error', () => undefined)
    socket.once('close', resolve)
  })

const echo = (socket: WebSocket, text: string): Promise<string> =>
  new Promise((resolve) => {
    socket.once('message', (data) => resolve(String(data)))
    socket.send(text)
  })

it('passes requests and bodies and counts them, upgrades too', async () => {
  const body = 'x'.repeat(100_000)
  expect(await (await fetch(`${proxy.origin}/a?b=1`, { method: 'POST', body })).text()).toBe('saw POST /a?b=1')
  expect(await (await fetch(`${proxy.origin}/a`)).text()).toBe('saw GET /a')
  const socket = await openSocket()
  expect(await echo(socket, 'GET /not HTTP/1.1\r\n\r\n')).toContain('/not')
  expect(proxy.count('POST', '/a')).toBe(1)
  expect(proxy.count('GET', '/a')).toBe(1)
  expect(proxy.counts).toMatchObject({ upgrades: 1, requests: { length: 3 } })
  expect(proxy.openSockets).toBe(1)
  socket.terminate()
})

it('cuts open sockets as a network does: 1006', async () => {
  const socket = await openSocket()
  const closed = closeCode(socket)
  proxy.cut('webSockets')
  expect(await closed).toBe(1006)
  expect(proxy.openSockets).toBe(0)
})

it('refuses like a closed port, and heals on the same port', async () => {
  const { origin } = proxy
  await proxy.set({ kind: 'refuse' })
  await expect(fetch(origin)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
  await proxy.heal()
  expect(proxy.origin).toBe(origin)
  expect(await (await fetch(`${origin}/again`)).text()).toBe('saw GET /again')
})

it('black-holes without closing, and passes what was held when healed', async () => {
  const socket = await openSocket()
  await proxy.set({ kind: 'blackHole' })
  const answer = echo(socket, 'held')
  expect(await Promise.race([answer, fetch(proxy.origin, { signal: AbortSignal.timeout(100) }).catch((error: Error) => error.name)])).toBe('TimeoutError')
  expect(socket.readyState).toBe(WebSocket.OPEN)
  await proxy.heal()
  expect(await answer).toBe('held')
  socket.terminate()
})

it('cuts after so many bytes of the server', async () => {
  const socket = await openSocket()
  const closed = closeCode(socket)
  await proxy.set({ kind: 'cutAfter', bytes: 50 })
  const received: string[] = []
  socket.on('message', (data) => received.push(String(data)))
  for (let n = 0; n < 10; n += 1) socket.send(`message ${n}`)
  expect(await closed).toBe(1006)
  expect(received).toEqual(received.map((_, n) => `message ${n}`))
  expect(received.length).toBeLessThan(10)
})

it('delays each piece', async () => {
  const socket = await openSocket()
  await proxy.set({ kind: 'delay', ms: 60 })
  const startedAt = performance.now()
  await echo(socket, 'late')
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(118)
  socket.terminate()
})
