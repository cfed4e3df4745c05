import { randomBytes, createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { Server as SocketIoServer } from 'socket.io'
import { WebSocketServer } from 'ws'

/**
 * The server of the pages that ours is measured beside: static files, one session in memory (nothing to read from a disk),
 * and a socket that is authenticated by its cookie. Usage: peerServer.ts socketIo|naive <folder of the page>
 */
const [kind, folder = ''] = process.argv.slice(2)

const user = { id: 'u1', name: 'Ada Lovelace', email: 'ada@example.com' }
const credential = randomBytes(32).toString('base64url')
const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
const sessions = new Map([[hash(credential), { user }]])

const sessionOf = (request: IncomingMessage): { user: typeof user } | undefined => {
  const cookie = /(?:^|; )sid=([^;]+)/.exec(request.headers.cookie ?? '')?.[1]
  return cookie === undefined ? undefined : sessions.get(hash(cookie))
}

const TYPES: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8' }

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://page').pathname
  if (path === '/api/session') {
    const session = sessionOf(request)
    const body = JSON.stringify(session ?? { error: { code: 'unauthenticated' } })
    response.writeHead(session === undefined ? 401 : 200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(body)
    return
  }
  const name = path === '/' ? 'index.html' : normalize(path).replace(/^[/\\.]+/, '')
  readFile(join(folder, name)).then(
    (bytes) => {
      const cache = name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
      response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream', 'cache-control': cache }).end(bytes)
    },
    () => response.writeHead(404).end(),
  )
})

if (kind === 'socketIo') {
  const io = new SocketIoServer(server)
  io.use((socket, next) => {
    const session = sessionOf(socket.request)
    if (session === undefined) return next(new Error('unauthenticated'))
    socket.data.user = session.user
    next()
  })
  io.on('connection', (socket) => socket.emit('ready', { user: socket.data.user }))
} else {
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    const session = sessionOf(request)
    if (session === undefined) return void socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n')
    sockets.handleUpgrade(request, socket, head, (opened) => opened.send(JSON.stringify({ type: 'ready', user: session.user })))
  })
}

server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: (server.address() as AddressInfo).port, cookie: `sid=${credential}` })))
