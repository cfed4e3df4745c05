import { GatewayError, type LogKey } from '@symphainy/gateway'
import { USER_LOG, type ConversationsResponse, type MessagesResponse } from '@symphainy/protocol'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { HttpContext } from '../context.js'
import { fieldsOf, idField, limitField, optionalText, titleField, type Fields } from '../fields.js'
import { requireSession } from '../requestSession.js'

/** The user's conversations, found, renamed, deleted and read page by page. */
export function conversationRoutes(app: FastifyInstance, context: HttpContext): void {
  const { log, gateway } = context

  /** Somebody else's conversation is the same as none: the user is part of its key. [RS7] */
  const keyOf = async (request: FastifyRequest): Promise<LogKey> => {
    const { record } = await requireSession(context, request)
    return { userId: record.user.id, conversation: idField(request.params as Fields, 'id') }
  }
  const tellReaders = (key: LogKey): void => {
    gateway.notify({ userId: key.userId, conversation: USER_LOG })
    gateway.notify(key)
  }

  app.get('/api/conversations', async (request) => {
    const { record } = await requireSession(context, request)
    const query = request.query as Fields
    const before = optionalText(query, 'before', 'before', 200)
    const search = optionalText(query, 'search', 'search', 200)
    const page: ConversationsResponse = await log.conversations(record.user.id, {
      limit: limitField(query, { fallback: 50, max: 200 }),
      ...(before === undefined ? {} : { before }),
      ...(search === undefined ? {} : { search }),
    })
    return page
  })

  app.get('/api/conversations/:id/messages', async (request) => {
    const key = await keyOf(request)
    const query = request.query as Fields
    const before = optionalText(query, 'before', 'before', 200)
    const page = await log.messages(key, { limit: limitField(query, { fallback: 50, max: 200 }), ...(before === undefined ? {} : { before }) })
    if (page === null) throw new GatewayError('not_found')
    const answer: MessagesResponse = page
    return answer
  })

  app.patch('/api/conversations/:id', async (request) => {
    const key = await keyOf(request)
    const record = await log.rename(key, titleField(fieldsOf(request.body)), context.now())
    if (record === null) throw new GatewayError('not_found')
    tellReaders(key)
    return record
  })

  app.delete('/api/conversations/:id', async (request, reply) => {
    const key = await keyOf(request)
    const removed = await log.remove(key, context.now())
    if (removed === null) throw new GatewayError('not_found')
    if (removed.running !== undefined) await gateway.cancelRun(key.userId, removed.running)
    tellReaders(key)
    return reply.code(204).send()
  })
}
