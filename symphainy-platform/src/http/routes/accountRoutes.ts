import { Readable } from 'node:stream'
import { GUIDE, PILLARS, type AgentAddress } from '@symphainy/protocol'
import type { SessionRecord } from '@symphainy/gateway'
import type { FastifyInstance } from 'fastify'
import { browserName } from '../browserName.js'
import type { HttpContext } from '../context.js'
import { requireSession } from '../requestSession.js'

/** The person's data, in their hands or gone; and who answers here. */
export function accountRoutes(app: FastifyInstance, context: HttpContext): void {
  app.get('/api/account/export', async (request, reply) => {
    const { record } = await requireSession(context, request)
    return reply
      .header('content-disposition', 'attachment; filename="symphainy-export.json"')
      .type('application/json; charset=utf-8')
      .send(Readable.from(exportOf(context, record)))
  })

  app.delete('/api/account', async (request, reply) => {
    const { record } = await requireSession(context, request)
    const { id } = record.user
    // Nobody can come in any more; then what was said goes, at last the account. A stop in between can be repeated.
    await context.gateway.endSessions({ userId: id }, 'signed_out')
    const { running } = await context.log.eraseUser(id)
    for (const run of running) await context.gateway.cancelRun(id, run)
    // What a frame that was on its way when its socket was closed has brought.
    await context.log.eraseUser(id)
    await context.accounts.remove(id)
    return reply.header('set-cookie', context.cookies.clear()).code(204).send()
  })

  app.get('/api/agents', async (request) => {
    await requireSession(context, request)
    const agents: AgentAddress[] = [GUIDE, ...PILLARS.map((pillar): AgentAddress => ({ type: 'liaison', pillar }))]
    return { agents: agents.map((agent) => ({ agent, answeredBy: context.agents.describe(agent) })) }
  })
}

/** Written as it is read: a person with years of conversations fits into no answer's memory. */
async function* exportOf(context: HttpContext, { user }: SessionRecord): AsyncGenerator<string> {
  const sessions = await context.sessionStore.list(user.id, context.now())
  const devices = sessions.map(({ userAgent, address, createdAt, lastSeenAt }) => ({ browser: browserName(userAgent), address, createdAt, lastSeenAt }))
  yield `{"exportedAt":${context.now()},"user":${JSON.stringify(user)},"devices":${JSON.stringify(devices)},"conversations":[`
  let separator = ''
  for await (const { conversation, messages } of context.log.exportUser(user.id)) {
    yield `${separator}${JSON.stringify({ ...conversation, messages })}`
    separator = ',\n'
  }
  yield ']}\n'
}
