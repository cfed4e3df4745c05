import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { HttpContext } from './context.js'
import { crossOrigin } from './crossOrigin.js'
import { refusalFor } from './errors.js'
import { knowledgeRoutes } from './pages/knowledgeRoutes.js'
import { webApp } from './pages/webApp.js'
import { presented } from './requestSession.js'
import { accountRoutes } from './routes/accountRoutes.js'
import { authRoutes } from './routes/authRoutes.js'
import { conversationRoutes } from './routes/conversationRoutes.js'
import { deviceRoutes } from './routes/deviceRoutes.js'
import { healthRoutes } from './routes/healthRoutes.js'
import { securityHeaders } from './securityHeaders.js'

/** No call's body is larger, in bytes: messages travel over the socket. */
const BODY_BYTES = 64 * 1024
/** How long a client may take to send its request, in milliseconds. */
const REQUEST_MS = 15_000

/** The HTTP side of the platform: the calls, the pages, and what every answer has in common. */
export async function createHttp(context: HttpContext): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_MS,
    // Ours are shorter, and name no address of a page: see onResponse.
    logger: false,
    frameworkErrors: (error, request, reply) => void refuse(context, error, request, reply as FastifyReply),
    routerOptions: { maxParamLength: 500 },
    forceCloseConnections: true,
  })
  acceptOnlyJson(app)
  const headers = securityHeaders({ secure: context.secure, publicOrigin: context.publicOrigin, loopback: context.origins.loopback })

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers)
    if (request.url.startsWith('/api')) reply.header('cache-control', 'no-store')
  })
  app.setErrorHandler((error, request, reply) => refuse(context, error, request, reply))
  app.addHook('onResponse', async (request, reply) => logResponse(context, request, reply))

  crossOrigin(app, context)
  authRoutes(app, context)
  deviceRoutes(app, context)
  conversationRoutes(app, context)
  accountRoutes(app, context)
  healthRoutes(app, context)
  knowledgeRoutes(app, { folder: context.knowledge.folder, mayRead: (request) => mayReadKnowledge(context, request) })
  await webApp(app, { folder: context.webDir })
  return app
}

/** What a form of a foreign page could send without asking is refused before it is read. */
function acceptOnlyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    // Clients send the header with every call, also with those that have nothing to say.
    if (body === '') done(null, undefined)
    else void parse(request, body, done)
  })
}

function refuse(context: HttpContext, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, body, retryAfterSeconds, cause } = refusalFor(error)
  if (cause !== undefined)
    context.logger[status >= 500 && body.error.code === 'internal' ? 'error' : 'warn']({ err: cause, route: request.routeOptions?.url }, 'a call failed')
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
  return reply.code(status).header('cache-control', 'no-store').send(body)
}

/** The pattern of the route, not the address: addresses hold ids, and what people type into them. */
function logResponse(context: HttpContext, request: FastifyRequest, reply: FastifyReply): void {
  const { statusCode } = reply
  const level = statusCode >= 500 ? 'warn' : statusCode >= 400 ? 'info' : 'debug'
  const address = statusCode >= 400 ? { address: context.clientAddress(request.raw) } : {}
  context.logger[level](
    { method: request.method, route: request.routeOptions.url ?? 'none', status: statusCode, ms: Math.round(reply.elapsedTime), ...address },
    'answered',
  )
}

async function mayReadKnowledge(context: HttpContext, request: FastifyRequest): Promise<boolean> {
  if (context.knowledge.isBuiltIn) return true
  const given = presented(context, request)
  if (given === null) return false
  const found = await context.sessions.find(given.credential)
  return found.status === 'valid'
}
