import { SOCKET_PATH, SUBPROTOCOL, TICKET_PREFIX, checkPlatformFrame, decodeFrames, encodeFrames, type PlatformFrame } from '@symphainy/protocol'
import type { AuthDriver } from '../auth/authSession.js'
import type { Environment, WebSocketLike } from '../environment/environment.js'
import { addTo, createMachine } from '../environment/machine.js'
import { asError } from '../errors/symphainyError.js'
import type { WebSocketConnectionRegistry } from '../registry/webSocketConnectionRegistry.js'
import type { Connection } from './connectionApi.js'
import { INITIAL_SNAPSHOT, snapshotOf } from './connectionSnapshot.js'
import { INITIAL_CONNECTION, type ConnectionEffect, type ConnectionEvent, type ConnectionModel } from './connectionState.js'
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
  let snapshot = INITIAL_SNAPSHOT
  let socket: WebSocketLike | null = null
  /** The session token, under which the registry knows the socket. */
  let key = ''
  let unlisten: (() => void)[] = []

  const { state: model, dispatch } = createMachine<ConnectionModel, ConnectionEvent, ConnectionEffect>(
    clock,
    INITIAL_CONNECTION,
    (before, event) =>
      connectionTransition(before, event, {
        now: clock.now(),
        random: environment.random(),
        visible: page.isVisible(),
        offline: !page.isOnline() && !isLoopback(platformUrl()),
      }),
    (effects) => {
      // Whoever hears of an effect reads the state that it belongs to.
      const last = snapshot
      snapshot = snapshotOf(model(), clock.wallNow(), last)
      const isNews = snapshot !== last
      // Each effect goes to the performer of its own type.
      for (const effect of effects) perform[effect.type](effect as never)
      if (isNews) tell(listeners, undefined)
    },
  )

  const perform: { [Type in ConnectionEffect['type']]: (effect: Extract<ConnectionEffect, { type: Type }>) => void } = {
    askTicket({ id, ifIdle }) {
      // A consumer that leaves and comes back in the same breath (StrictMode) costs no second ticket. [L3]
      void Promise.resolve().then(() => id === model().id && answer(id, auth.ticket(ifIdle)))
    },
    openSocket({ id, ticket }) {
      try {
        socket = environment.openSocket(platformUrl().replace(/^http/, 'ws') + SOCKET_PATH, [SUBPROTOCOL, TICKET_PREFIX + ticket])
      } catch {
        // A URL or a policy that the browser refuses: treated like a loss, and not tried more often than one.
        return dispatch({ type: 'closed', id, code: 1006, reason: '' })
      }
      registry.registerConnection(key, socket, model().attempt)
      socket.onopen = () => dispatch({ type: 'opened', id })
      socket.onclose = ({ code, reason }) => dispatch({ type: 'closed', id, code, reason })
      socket.onmessage = ({ data }) => {
        registry.recordActivity(key)
        const decoded = decodeFrames(String(data))
        for (const frame of decoded.ok ? decoded.frames : [null]) dispatch({ type: 'frame', id, frame: checkPlatformFrame(frame) })
      }
    },
    closeSocket() {
      const gone = socket
      if (gone === null) return
      socket = gone.onopen = gone.onmessage = gone.onclose = null
      registry.removeConnection(key, gone)
      gone.close(1000)
    },
    send({ frame }) {
      socket?.send(encodeFrames([frame]))
      registry.recordActivity(key)
    },
    deliver: ({ frame }) => tell(frameListeners, frame),
    lost: (loss) => tell(lossListeners, loss),
    validate: ({ id, because }) => void auth.sessionEnded(because).then(() => dispatch({ type: 'validated', id })),
    reject: ({ session }) => auth.reject(session),
    refresh: ({ id }) => answer(id, auth.refresh()),
    extend: ({ expiresInMs }) => auth.extend(expiresInMs),
  }

  function answer(id: number, ticket: Promise<string>): void {
    ticket.then(
      (given) => dispatch({ type: 'ticket', id, ticket: given }),
      (cause) => dispatch({ type: 'ticketRefused', id, error: asError(cause) }),
    )
  }

  function follow(): void {
    const view = auth.getSnapshot()
    const isSignedIn = view.state === 'authenticated'
    if (isSignedIn) {
      // A rotated bearer token is another key of the same session: the socket stays. [U9]
      registry.moveConnection(key, view.sessionToken)
      key = view.sessionToken
    }
    dispatch({ type: 'auth', session: isSignedIn ? view.session.id : null, anonymous: view.state === 'anonymous' })
  }

  return {
    getSnapshot: () => snapshot,
    subscribe: (listener) => addTo(listeners, listener),
    canConnect: () => model().session !== null && socket === null && model().phase !== 'ticketing',
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
      const { id, life } = model()
      if (!life || socket?.readyState !== OPEN) return 'refused'
      dispatch({ type: 'send', id, frame })
      return 'sent'
    },
    onFrame: (listener) => addTo(frameListeners, listener),
    onLost: (listener) => addTo(lossListeners, listener),
    start() {
      if (unlisten.length) return
      unlisten = [auth.subscribe(follow), page.onChange((event) => dispatch({ type: 'page', event }))]
      follow()
    },
    stop() {
      for (const end of unlisten) end()
      unlisten = []
      dispatch({ type: 'auth', session: null })
    },
  }
}

/** Tells those who listen now, whoever comes or leaves meanwhile. */
function tell<Value>(listeners: ReadonlySet<(value: Value) => void>, value: Value): void {
  for (const listener of [...listeners]) listener(value)
}

function isLoopback(url: string): boolean {
  return /\/\/(.*\.)?(localhost|127\.[\d.]+|\[::1])(:|$)/.test(url)
}
