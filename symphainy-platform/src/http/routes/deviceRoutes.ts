import { GatewayError } from '@symphainy/gateway'
import type { Device, DevicesResponse } from '@symphainy/protocol'
import type { FastifyInstance } from 'fastify'
import { browserName } from '../browserName.js'
import type { HttpContext } from '../context.js'
import { requireSession } from '../requestSession.js'

/** The user's sessions as devices: seen, and signed out one by one or all but this one. */
export function deviceRoutes(app: FastifyInstance, context: HttpContext): void {
  app.get('/api/auth/sessions', async (request) => {
    const { record } = await requireSession(context, request)
    const sessions = await context.sessionStore.list(record.user.id, context.now())
    const devices = sessions.map(({ id, userAgent, address, createdAt, lastSeenAt }): Device => ({
      id,
      current: id === record.id,
      browser: browserName(userAgent),
      address,
      createdAt,
      lastSeenAt,
    }))
    const answer: DevicesResponse = { devices: devices.toSorted((a, b) => b.lastSeenAt - a.lastSeenAt) }
    return answer
  })

  app.delete<{ Params: { id: string } }>('/api/auth/sessions/:id', async (request, reply) => {
    const { record } = await requireSession(context, request)
    const { id } = request.params
    if (id === 'others') {
      await context.gateway.endSessions({ userId: record.user.id, except: record.id }, 'revoked')
      return reply.code(204).send()
    }
    const meant = await context.sessionStore.byId(id)
    // Somebody else's is the same as none.
    if (meant === null || meant.user.id !== record.user.id) throw new GatewayError('not_found')
    await context.gateway.endSessions({ ids: [id] }, 'revoked')
    return reply.code(204).send()
  })
}
