import { GatewayError } from '@symphainy/gateway'
import type { FastifyInstance } from 'fastify'
import type { HttpContext } from '../context.js'

/** How long an answer of the database is believed, in milliseconds: however often one asks, it is asked so often. [L20] */
const BELIEVED_MS = 1000

/** Alive: the process answers. Ready: it can serve, that is, its database answers and it is not about to stop. */
export function healthRoutes(app: FastifyInstance, context: HttpContext): void {
  let asked: { at: number; answer: Promise<boolean> } | undefined
  const databaseAnswers = (): Promise<boolean> => {
    if (asked === undefined || context.now() - asked.at >= BELIEVED_MS) {
      const answer = context.checkDatabase().then(
        () => true,
        (error: unknown) => {
          if (!(error instanceof GatewayError)) throw error
          return false
        },
      )
      asked = { at: context.now(), answer }
    }
    return asked.answer
  }

  app.get('/healthz', async (_, reply) => reply.header('cache-control', 'no-store').send({ status: 'alive' }))

  app.get('/readyz', async (_, reply) => {
    const draining = context.isDraining()
    const ready = !draining && (await databaseAnswers())
    return reply
      .header('cache-control', 'no-store')
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ready' : draining ? 'draining' : 'database unavailable' })
  })
}
