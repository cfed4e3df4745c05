import { GatewayError, isAllowedOrigin } from '@symphainy/gateway'
import { CREDENTIAL_MODE_HEADER } from '@symphainy/protocol'
import type { FastifyInstance } from 'fastify'
import type { HttpContext } from './context.js'
import { requireAllowedOrigin } from './requestSession.js'

/**
 * Calls from pages elsewhere: an allowed origin may read answers and send its bearer credential, never a cookie; and no
 * call changes state for a foreign page. [AU1]
 */
export function crossOrigin(app: FastifyInstance, context: HttpContext): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/api/')) return
    const { origin } = request.headers
    reply.header('vary', 'Origin')
    if (origin !== undefined && isAllowedOrigin(origin, context.origins)) {
      reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', 'Retry-After')
    }
    // A preflight changes nothing, and says nothing to a foreign page.
    if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'OPTIONS') requireAllowedOrigin(context, request)
  })

  app.options('/api/*', async (request, reply) => {
    if (request.headers.origin === undefined || !isAllowedOrigin(request.headers.origin, context.origins)) throw new GatewayError('origin_refused')
    return reply
      .header('access-control-allow-methods', 'GET, POST, PATCH, DELETE')
      .header('access-control-allow-headers', `authorization, content-type, ${CREDENTIAL_MODE_HEADER}`)
      .header('access-control-max-age', '600')
      .code(204)
      .send()
  })
}
