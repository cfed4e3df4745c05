import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ERROR_TEXTS, type ErrorResponse } from '@symphainy/protocol'

/** Serves the built web app: files as they are, and its one page for every address that is a page of it. */
export async function webApp(app: FastifyInstance, { folder }: { folder: string }): Promise<void> {
  const built = existsSync(join(folder, 'index.html'))
  if (built) {
    await app.register(fastifyStatic, {
      root: folder,
      preCompressed: true,
      cacheControl: false,
      dotfiles: 'ignore',
      index: ['index.html'],
      setHeaders(reply, path) {
        // The build names what is in assets/ by its content: it never changes. The page itself must be asked for anew.
        reply.header('cache-control', path.startsWith(join(folder, 'assets')) ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  }
  app.setNotFoundHandler((request, reply) => {
    if (isPage(request))
      return built ? reply.sendFile('index.html') : reply.code(503).type('text/plain; charset=utf-8').send('The web app is not built. Run: npm run build\n')
    return notFound(request, reply)
  })
}

/** Whether a browser asks for a page of the app: no call, no file. */
function isPage(request: FastifyRequest): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  const path = request.url.split('?', 1)[0] ?? ''
  if (/^\/(api|assets|knowledge)(\/|$)/.test(path) || /^\/(healthz|readyz|metrics)$/.test(path)) return false
  return !(path.split('/').at(-1) ?? '').includes('.') && (request.headers.accept ?? '*/*').match(/text\/html|\*\/\*/) !== null
}

function notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const body: ErrorResponse = { error: { code: 'not_found', message: ERROR_TEXTS.not_found } }
  if (request.url.startsWith('/api')) return reply.code(404).send(body)
  return reply.code(404).header('cache-control', 'no-cache').type('text/plain; charset=utf-8').send('Not found.\n')
}
