import { CLOSE } from '@symphainy/protocol'
import type { Context } from './context.js'

/** [SE4] Clients are sent away at this part of the rate at which another node admits them. */
const ADMITTED_PART = 0.2

/**
 * [SE4] Tells every client to go and closes with 1012, spread over sockets / (0.2 R) so that another node can admit
 * them, in `withinMs` at most. Resolves when no socket is left.
 */
export async function drainConnections({ settings, registry }: Context, { withinMs, spread }: { withinMs: number; spread: boolean }): Promise<void> {
  const { environment, admissionPerSecond } = settings
  const connections = registry.connections()
  const overMs = spread ? Math.min(withinMs, (connections.length / (ADMITTED_PART * admissionPerSecond)) * 1_000) : 0
  for (const connection of connections) connection.dispatch({ type: 'goaway', retryAfterMs: Math.round(overMs) })
  await Promise.all(
    connections.map(
      (connection, index) =>
        new Promise<void>((resolve) => {
          connection.onGone(resolve)
          environment.setTimer(() => connection.close(CLOSE.RESTART, 'restart'), (overMs * index) / Math.max(1, connections.length))
        }),
    ),
  )
}
