import { readFile } from 'node:fs/promises'
import { createServer, request as ask } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

const TYPES: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' }

/** Serves the bare page and its thread, and passes its question on to the model: the least that can stand between the two. */
export async function startPeer(folder: string, modelUrl: string, thread: object[]): Promise<{ origin: string; stop: () => void }> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname
    if (path === '/thread') return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(thread))
    if (path.startsWith('/v1/')) {
      const onward = ask(`${modelUrl}${path.slice('/v1'.length)}`, { method: 'POST' }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, { 'content-type': answer.headers['content-type'] ?? '' })
        answer.pipe(response)
      })
      onward.on('error', (error) => response.destroy(error))
      return void request.pipe(onward)
    }
    const name = path === '/' ? 'index.html' : normalize(path).replace(/^[/\\.]+/, '')
    readFile(join(folder, name)).then(
      (bytes) => response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(bytes),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
