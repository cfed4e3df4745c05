import { CLOSE, PEER_SILENCE_MS, type SignedOutReason } from '@symphainy/protocol'
import { Tickets } from './admission/tickets.js'
import { Tails } from './fanOut/tails.js'
import type { Gateway, GatewayOptions } from './gateway.js'
import { Upgrades } from './handshake/upgrades.js'
import { settingsOf } from './options.js'
import type { Hint } from './ports/bus.js'
import { Appender } from './runs/appender.js'
import { Runs } from './runs/runs.js'
import { Connection } from './session/connection.js'
import type { Context } from './session/context.js'
import { drainConnections } from './session/drain.js'
import { Registry } from './session/registry.js'
import { newId } from './sessions/secrets.js'

/**
 * One node of the gateway over its ports. It opens nothing by itself: `attach` it to an HTTP server.
 * @throws TypeError or RangeError that names the option which is not valid
 */
export function createGateway(options: GatewayOptions): Gateway {
  const settings = settingsOf(options)
  const { environment, logger, log, bus, sessions } = settings
  const node = newId(environment)
  const registry = new Registry<Connection>(environment.now)
  const tails = new Tails({ log, environment, logger })
  const tickets = new Tickets(settings)
  // The appender starts runs and the runs append: they meet here.
  const appender: Appender = new Appender({ log, bus, tails, logger, node, onStarted: (started) => runs.execute(started) })
  const runs: Runs = new Runs({ settings, appender, nameOf: (userId) => registry.nameOf(userId) })
  const { limits, heartbeatMs, reconnectWindowMs } = settings
  const context: Context = { settings, rules: { limits, heartbeatMs, reconnectWindowMs, silenceMs: PEER_SILENCE_MS }, registry, tails, runs, appender }
  let phase: 'open' | 'draining' | 'disposed' = 'open'

  const isServed = (sessionId: string): boolean => registry.servedOf(sessionId) !== undefined

  const upgrades = new Upgrades({
    settings,
    surroundings(address, ticket) {
      const sessionId = tickets.sessionOf(ticket)
      const older = sessionId === undefined ? undefined : registry.servedOf(sessionId)
      return { draining: phase !== 'open', socketsOfAddress: registry.socketsOf(address), socketsOfNode: registry.size, replaces: older?.address === address }
    },
    onAccepted({ socket, stream, address, origin, ticket }) {
      void new Connection(context, socket, stream, { address, origin }).open(ticket)
    },
  })

  const closeEnded = (ids: readonly string[], reasonOf: (id: string) => SignedOutReason): void => {
    for (const id of ids) {
      registry.noteEnded(id)
      registry.servedOf(id)?.close(CLOSE.UNAUTHENTICATED, reasonOf(id))
    }
  }

  /** Sessions ended elsewhere: why stands in the store. One that the store cannot tell of is closed all the same. */
  const endHinted = async (ids: readonly string[]): Promise<void> => {
    const here = ids.filter(isServed)
    for (const id of ids) registry.noteEnded(id)
    const reasons = new Map<string, SignedOutReason>()
    try {
      for (const id of here) reasons.set(id, (await sessions.byId(id))?.ended?.reason ?? 'revoked')
    } catch (error) {
      logger.warn({ error: error instanceof Error ? error.message : 'unknown' }, 'why sessions ended could not be read')
    }
    closeEnded(here, (id) => reasons.get(id) ?? 'revoked')
  }

  const onHint = (hint: Hint): void => {
    switch (hint.type) {
      case 'appended':
        if (hint.from !== node) tails.poke(hint)
        return
      case 'sessionsEnded':
        return void endHinted(hint.ids)
      case 'served':
        return registry.yieldTo(hint.sessionId, hint.fence)
      case 'cancel':
        return runs.cancelHinted(hint.userId, hint.run)
    }
  }
  const unsubscribe = bus.subscribe(onHint)

  return {
    attach: (server) => upgrades.attach(server),
    handleUpgrade: (request, socket, head) => upgrades.handle(request, socket, head),
    issueTicket: (request) =>
      tickets.issue(request, {
        draining: phase !== 'open',
        isServed: isServed(request.sessionId),
        otherSessions: registry.otherSessions(request.userId, request.sessionId),
      }),
    async endSessions(which, reason) {
      const ids = await sessions.end(which, reason, environment.now())
      closeEnded(ids, () => reason)
      if (ids.length > 0) appender.hint({ type: 'sessionsEnded', ids })
      return ids
    },
    isServed,
    execute: (run) => runs.execute(run),
    notify: (key) => appender.changed(key),
    cancelRun: (userId, run) => runs.cancel(userId, run),
    stats: () => ({ sockets: registry.size, served: registry.servedSize, runs: runs.size }),
    async drain({ withinMs, spread }) {
      if (phase === 'open') phase = 'draining'
      await Promise.all([runs.drain(withinMs), drainConnections(context, { withinMs, spread })])
    },
    async dispose() {
      if (phase === 'disposed') return
      phase = 'disposed'
      upgrades.dispose()
      unsubscribe()
      for (const connection of registry.connections()) connection.terminate()
      runs.interrupt()
      await runs.drain(0)
    },
  }
}
