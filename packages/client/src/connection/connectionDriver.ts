import { SOCKET_PATH, SUBPROTOCOL, TICKET_PREFIX, checkPlatformFrame, decodeFrames, encodeFrames, type PlatformFrame } from '@symphainy/protocol'
import type { AuthDriver } from '../auth/authSession.js'
import type { Environment, WebSocketLike } from '../environment/environment.js'
import { addTo, createMachine } from '../environment/machine.js'
import { asError } from '../errors/symphainyError.js'
import type { WebSocketConnectionRegistry } from '../registry/webSocketConnectionRegistry.js'
import type { Connection, ConnectionSnapshot } from './connectionApi.js'
import { INITIAL_SNAPSHOT, snapshotOf } from './connectionSnapshot.js'
import { INITIAL_CONNECTION, STATE_FACTS, type ConnectionEffect, type ConnectionEvent, type ConnectionModel } from './connectionState.js'
import { connectionTransition } from './connectionTransition.js'

export interface ConnectionDriver extends Connection {
  start(): void
  stop(): void
}

/** WebSocket.OPEN */
const OPEN = 1

/** Performs what `connectionTransition` decides. */
export function createConnection(
  environment: Environment,
  auth: AuthDriver,
  registry: WebSocketConnectionRegistry,
  platformUrl: () => string,
): ConnectionDriver {
  const { clock, page } = environment
  const listeners = new Set<() => void>()
  const frameListeners = new Set<(frame: PlatformFrame) => void>()
  const lossListeners = new Set<(loss: { code: number; reason: string }) => void>()
  let snapshot: ConnectionSnapshot = INITIAL_SNAPSHOT
  let live: { socket: WebSocketLike; key: string } | null = null
  let unlisten: (() => void)[] = []

  const isOffline = (): boolean => !page.isOnline() && !isLoopback(platformUrl())

  const { state: model, dispatch } = createMachine<ConnectionModel, ConnectionEvent, ConnectionEffect>(
    clock,
    INITIAL_CONNECTION,
    (before, event) => connectionTransition(before, event, { now: clock.now(), random: environment.random(), visible: page.isVisible(), offline: isOffline() }),
    (effects) => {
      // Whoever hears of an effect reads the state that it belongs to.
      const last = snapshot
      snapshot = snapshotOf(model(), { now: clock.now(), wallTime: clock.wallNow(), offline: isOffline() }, last)
      const changed = snapshot !== last
      // Each effect goes to the performer of its own type.
      for (const effect of effects) perform[effect.type](effect as never)
      if (changed) for (const listener of [...listeners]) listener()
    },
  )

  const perform: { [Type in ConnectionEffect['type']]: (effect: Extract<ConnectionEffect, { type: Type }>) => void } = {
    async askTicket({ id, ifIdle }) {
      // A consumer that leaves and comes back in the same breath (StrictMode) costs no second ticket. [L3]
      await Promise.resolve()
      if (id !== model().id) return
      auth.ticket(ifIdle).then(
        (ticket) => dispatch({ type: 'ticket', id, ticket }),
        (cause) => dispatch({ type: 'ticketRefused', id, error: asError(cause) }),
      )
    },
    openSocket({ id, ticket }) {
      let socket: WebSocketLike
      try {
        socket = environment.openSocket(platformUrl().replace(/^http/, 'ws') + SOCKET_PATH, [SUBPROTOCOL, TICKET_PREFIX + ticket])
      } catch {
        // A URL or a policy that the browser refuses: treated like a loss, and not tried more often than one.
        return dispatch({ type: 'closed', id, code: 1006, reason: '' })
      }
      const view = auth.getSnapshot()
      const key = view.state === 'authenticated' ? view.sessionToken : ''
      live = { socket, key }
      registry.registerConnection(key, socket, model().attempt)
      socket.onopen = () => dispatch({ type: 'opened', id })
      socket.onclose = ({ code, reason }) => dispatch({ type: 'closed', id, code, reason })
      socket.onmessage = ({ data }) => {
        if (live !== null) registry.recordActivity(live.key)
        const decoded = decodeFrames(String(data))
        for (const frame of decoded.ok ? decoded.frames : [null]) dispatch({ type: 'frame', id, frame: checkPlatformFrame(frame) })
      }
    },
    closeSocket() {
      if (live === null) return
      const { socket, key } = live
      live = null
      socket.onopen = socket.onmessage = socket.onclose = null
      registry.removeConnection(key, socket)
      socket.close(1000)
    },
    send({ frame }) {
      if (live?.socket.readyState !== OPEN) return
      live.socket.send(encodeFrames([frame]))
      registry.recordActivity(live.key)
    },
    deliver({ frame }) {
      for (const listener of [...frameListeners]) listener(frame)
    },
    lost(loss) {
      for (const listener of [...lossListeners]) listener(loss)
    },
    validate: ({ id, because }) => void auth.sessionEnded(because).then(() => dispatch({ type: 'validated', id })),
    reject: ({ session }) => auth.reject(session),
    refresh: ({ id }) =>
      void auth.refresh().then(
        (ticket) => dispatch({ type: 'send', id, frame: { type: 'refreshed', ticket } }),
        (cause) => dispatch({ type: 'refreshFailed', id, retryAfterMs: asError(cause).retryAfterMs }),
      ),
    extend: ({ expiresInMs }) => auth.extend(expiresInMs),
  }

  function follow(): void {
    const view = auth.getSnapshot()
    const session = view.state === 'authenticated' ? view.session.id : null
    // A rotated bearer token is another key of the same session: the socket stays. [U9]
    if (live !== null && view.state === 'authenticated' && session === model().session) {
      registry.moveConnection(live.key, view.sessionToken)
      live.key = view.sessionToken
    }
    dispatch({ type: 'auth', session, anonymous: view.state === 'anonymous' })
  }

  return {
    getSnapshot: () => snapshot,
    subscribe: (listener) => addTo(listeners, listener),
    canConnect: () => model().session !== null && !STATE_FACTS[snapshot.state].isActive,
    retain() {
      let held = true
      dispatch({ type: 'retain' })
      return () => {
        if (held) dispatch({ type: 'release' })
        held = false
      }
    },
    connect: () => dispatch({ type: 'connect' }),
    disconnect: () => dispatch({ type: 'disconnect' }),
    reconnect: () => dispatch({ type: 'reconnect' }),
    send(frame) {
      const { id, phase } = model()
      if (phase.state !== 'ready' || live?.socket.readyState !== OPEN) return 'refused'
      dispatch({ type: 'send', id, frame })
      return 'sent'
    },
    onFrame: (listener) => addTo(frameListeners, listener),
    onLost: (listener) => addTo(lossListeners, listener),
    start() {
      if (unlisten.length > 0) return
      unlisten = [auth.subscribe(follow), page.onChange((event) => dispatch({ type: 'page', event }))]
      follow()
    },
    stop() {
      for (const end of unlisten) end()
      unlisten = []
      dispatch({ type: 'auth', session: null, anonymous: false })
    },
  }
}

function isLoopback(url: string): boolean {
  return /^https?:\/\/(localhost|127(\.\d+){3}|\[::1\]|[^/]*\.localhost)(:|\/|$)/.test(url)
}
