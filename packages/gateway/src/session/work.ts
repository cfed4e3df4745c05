import {
  ERROR_TEXTS,
  type CancelFrame,
  type MessageFrame,
  type NackCode,
  type RefreshedFrame,
  type SubscribeFrame,
  type UnsubscribeFrame,
} from '@symphainy/protocol'
import { GatewayError } from '../gatewayError.js'
import { invalidityOf } from '../sessions/sessions.js'
import { redeem } from './admit.js'
import type { Connection } from './connection.js'
import type { Context } from './context.js'
import type { Reading, RefreshOutcome } from './states.js'

type Work = SubscribeFrame | UnsubscribeFrame | MessageFrame | CancelFrame | RefreshedFrame

/** How long a client waits before it repeats what a store could not take, in milliseconds. */
const STORE_RETRY_MS = 1_000

/** Does what one frame asks for. Rejects only for a fault of ours. */
export async function work(context: Context, connection: Connection, frame: Work): Promise<void> {
  switch (frame.type) {
    case 'subscribe':
      return subscribe(context, connection, frame)
    case 'unsubscribe':
      return connection.unsubscribe(frame.conversation)
    case 'message':
      return submit(context, connection, frame)
    case 'cancel':
      return cancel(context, connection, frame)
    case 'refreshed':
      return refresh(context, connection, frame)
  }
}

/** Whether an error says that a store is away; anything else is thrown on. */
function isAway(error: unknown): true {
  if (error instanceof GatewayError && error.code === 'unavailable') return true
  throw error
}

/** [RS9] The session as it is stored now; the machine closes the connection of one that ended. */
export async function readSession({ settings }: Context, connection: Connection): Promise<Reading> {
  const { served } = connection
  if (served === null) return { status: 'unavailable' }
  const { now } = settings.environment
  let reading: Reading
  try {
    const record = await settings.sessions.byId(served.sessionId)
    const reason = record === null ? 'revoked' : invalidityOf(record, now())
    reading = reason !== null || record === null ? { status: 'ended', reason: reason ?? 'revoked' } : { status: 'lives', expiresAt: record.expiresAt }
  } catch (error) {
    isAway(error)
    reading = { status: 'unavailable' }
  }
  connection.dispatch({ type: 'sessionRead', reading, now: now() })
  return reading
}

async function subscribe(context: Context, connection: Connection, { conversation, after }: SubscribeFrame): Promise<void> {
  const refuse = (code: 'unavailable'): void => connection.send({ type: 'error', code, message: ERROR_TEXTS[code], re: { type: 'subscribe', conversation } })
  const reading = await readSession(context, connection)
  if (connection.served === null) return
  if (reading.status === 'unavailable') {
    connection.dispatch({ type: 'unsubscribed', conversation })
    return refuse('unavailable')
  }
  try {
    await connection.subscribe(conversation, after)
  } catch (error) {
    isAway(error)
    refuse('unavailable')
  }
}

async function submit(context: Context, connection: Connection, frame: MessageFrame): Promise<void> {
  const { id, conversation, agent, text, retryOf } = frame
  const { settings, appender } = context
  const nack = (code: NackCode, retryAfterMs?: number): void =>
    connection.send({ type: 'nack', id, code, message: ERROR_TEXTS[code], ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })
  const reading = await readSession(context, connection)
  const { served } = connection
  if (served === null) return
  if (reading.status === 'unavailable') return nack('unavailable', STORE_RETRY_MS)
  const key = { userId: served.userId, conversation }
  try {
    const { dailyRuns, agents, environment } = settings
    const submitted = await appender.submit({
      key,
      id,
      text,
      agent,
      now: environment.now(),
      answeredBy: agents.describe(agent),
      ...(retryOf === undefined ? {} : { retryOf }),
      ...(dailyRuns === undefined ? {} : { dailyRuns }),
    })
    if (submitted.status === 'refused') return nack(submitted.code)
    connection.send({ type: 'ack', id, conversation, ...submitted.position })
    // A repeat of the first message counts as the first: its ack may never have reached the sender. [RS7]
    if (submitted.position.offset === 1) connection.follow(conversation, submitted.position.epoch)
  } catch (error) {
    isAway(error)
    nack('unavailable', STORE_RETRY_MS)
  }
}

async function cancel({ runs }: Context, connection: Connection, { run }: CancelFrame): Promise<void> {
  const { served } = connection
  if (served === null) return
  try {
    await runs.cancel(served.userId, run)
  } catch (error) {
    isAway(error)
    connection.send({ type: 'error', code: 'unavailable', message: ERROR_TEXTS.unavailable, re: { type: 'cancel', id: run } })
  }
}

/** [SE1] A fresh ticket of the same session, on the socket that it extends. */
async function refresh(context: Context, connection: Connection, { ticket }: RefreshedFrame): Promise<void> {
  const { now } = context.settings.environment
  let outcome: RefreshOutcome
  try {
    const record = await redeem(context, ticket, connection.origin)
    const reason = record === null ? null : invalidityOf(record, now())
    if (record === null) outcome = { status: 'unknown' }
    else if (reason !== null) outcome = { status: 'ended', reason }
    else outcome = { status: 'accepted', sessionId: record.id, userId: record.user.id, expiresAt: record.expiresAt }
  } catch (error) {
    isAway(error)
    outcome = { status: 'unavailable' }
  }
  connection.dispatch({ type: 'refreshed', outcome, now: now() })
}
