import { CLOSE } from '@symphainy/protocol'
import { GatewayError } from '../gatewayError.js'
import type { SessionRecord } from '../ports/sessionStore.js'
import { hashSecret } from '../sessions/secrets.js'
import { invalidityOf } from '../sessions/sessions.js'
import type { Context } from './context.js'

export type Admitted = { status: 'admitted'; record: SessionRecord; fence: number } | { status: 'refused'; code: number; reason: string }

const refused = (code: number, reason: string): Admitted => ({ status: 'refused', code, reason })

/** What a ticket stands for, used up by asking; null for one that is used, expired, forged or of another origin. [AU6] */
export async function redeem({ settings }: Context, ticket: string, origin: string): Promise<SessionRecord | null> {
  const taken = await settings.tickets.take(hashSecret(ticket), settings.environment.now())
  return taken === null || taken.origin !== origin ? null : settings.sessions.byId(taken.sessionId)
}

/**
 * Whether a socket may be served. The fence is taken last: until then the older connection is served. The caller
 * asks `mayServe` in the step in which it sends `ready`. [AU6] [CN8]
 */
export async function admit(context: Context, ticket: string, origin: string): Promise<Admitted> {
  const { sessions, environment } = context.settings
  try {
    const record = await redeem(context, ticket, origin)
    if (record === null) return refused(CLOSE.UNAUTHENTICATED, 'ticket_invalid')
    const reason = invalidityOf(record, environment.now())
    if (reason !== null) return refused(CLOSE.UNAUTHENTICATED, reason)
    const fence = await sessions.takeFence(record.id, environment.now())
    if (fence !== null) return { status: 'admitted', record, fence }
    // It ended between the two steps; the store knows why.
    const ended = await sessions.byId(record.id)
    return refused(CLOSE.UNAUTHENTICATED, (ended === null ? null : invalidityOf(ended, environment.now())) ?? 'revoked')
  } catch (error) {
    const code = error instanceof GatewayError ? error.code : 'internal'
    context.settings.logger.error({ code, error: error instanceof Error ? error.message : 'unknown' }, 'a connection could not be admitted')
    return refused(CLOSE.INTERNAL, code)
  }
}

/** Whether an admitted connection may be served still, decided without waiting. [CN8] [S6] */
export function mayServe({ registry, settings }: Context, { record, fence }: { record: SessionRecord; fence: number }): Admitted {
  if (registry.hasEnded(record.id)) return refused(CLOSE.UNAUTHENTICATED, 'revoked')
  if (registry.isOutrun(record.id, fence)) return refused(CLOSE.REPLACED, 'replaced')
  if (registry.otherSessions(record.user.id, record.id) >= settings.sessionsPerUser) return refused(CLOSE.TOO_MANY, 'too_many')
  return { status: 'admitted', record, fence }
}
