import {
  SOCKET_PATH,
  SUBPROTOCOL,
  TICKET_PREFIX,
  checkPlatformFrame,
  decodeFrames,
  encodeFrames,
  type ClientFrame,
  type PlatformFrame,
} from '@symphainy/protocol'
import type { AuthDriver } from '../auth/authSession.js'
import type { Environment, WebSocketLike } from '../environment/environment.js'
import { addTo, createMachine } from '../environment/machine.js'
import { asError } from '../errors/symphainyError.js'
import { createErrorFromError } from '../errors/websocketErrorHandler.js'
import type { WebSocketConnectionRegistry } from '../registry/webSocketConnectionRegistry.js'
import type { Connection, ConnectionSnapshot, TimelineEntry, WebSocketError } from './connectionApi.js'
import { INITIAL_SNAPSHOT, TIMELINE_LENGTH, snapshotOf } from './connectionSnapshot.js'
import { STATE_FACTS, type ConnectionEffect, type ConnectionEvent, type ConnectionModel, type ConnectionMoment } from './connectionState.js'
import { INITIAL_CONNECTION } from './connectionSteps.js'
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
  let timeline: readonly TimelineEntry[] = []
  let live: { socket: WebSocketLike; key: string } | null = null
  let unlisten: (() => void)[] = []

  const moment = (): ConnectionMoment => ({
    now: clock.now(),
    random: environment.random(),
    visible: page.isVisible(),
    offline: !page.isOnline() && !isLoopback(platformUrl()),
  })

  const { state: model, dispatch } = createMachine<ConnectionModel, ConnectionEvent, ConnectionEffect>(
    clock,
    INITIAL_CONNECTION,
    (before, event) => connectionTransition(before, event, moment()),
    (effects, before) => {
      const { phase, error } = model()
      if (phase !== before.phase && (phase.state !== before.phase.state || error !== before.error)) {
        timeline = [...timeline, { atMs: clock.now(), wallTime: clock.wallNow(), state: phase.state, detail: describe(error) ?? phase.state }].slice(
          -TIMELINE_LENGTH,
        )
      }
      // Whoever hears of an effect reads the state that it belongs to.
      const last = snapshot
      snapshot = snapshotOf(model(), timeline, moment(), last)
      const changed = snapshot !== last
      effects.forEach(perform)
      if (changed) for (const listener of [...listeners]) listener()
    },
  )

  function perform(effect: ConnectionEffect): void {
    switch (effect.type) {
      case 'askTicket':
        return void askTicket(effect.id, effect.ifIdle)
      case 'openSocket':
        return openSocket(effect.id, effect.ticket)
      case 'closeSocket':
        return letGo()
      case 'send':
        return transmit(effect.frame)
      case 'deliver':
        for (const listener of [...frameListeners]) listener(effect.frame)
        return
      case 'lost':
        for (const listener of [...lossListeners]) listener(effect)
        return
      case 'validate':
        return void auth.sessionEnded(effect.because).then(() => dispatch({ type: 'validated', id: effect.id }))
      case 'reject':
        return auth.reject(effect.session)
      case 'refresh':
        return void refresh(effect.id)
      case 'extend':
        return auth.extend(effect.expiresInMs)
    }
  }

  async function askTicket(id: number, ifIdle: boolean): Promise<void> {
    // A consumer that leaves and comes back in the same breath (StrictMode) costs no second ticket. [L3]
    await Promise.resolve()
    const { phase } = model()
    if (phase.state !== 'ticketing' || phase.id !== id) return
    try {
      dispatch({ type: 'ticket', id, ticket: await auth.ticket(ifIdle) })
    } catch (cause) {
      dispatch({ type: 'ticketRefused', id, error: asError(cause) })
    }
  }

  async function refresh(id: number): Promise<void> {
    try {
      dispatch({ type: 'refreshed', id, ticket: await auth.refresh() })
    } catch (cause) {
      dispatch({ type: 'refreshFailed', id, retryAfterMs: asError(cause).retryAfterMs })
    }
  }

  function openSocket(id: number, ticket: string): void {
    const view = auth.getSnapshot()
    const key = view.state === 'authenticated' ? view.sessionToken : ''
    let socket: WebSocketLike
    try {
      socket = environment.openSocket(platformUrl().replace(/^http/, 'ws') + SOCKET_PATH, [SUBPROTOCOL, TICKET_PREFIX + ticket])
    } catch (cause) {
      // A URL or a policy that the browser refuses: said like a loss, and not more often than one.
      return dispatch({ type: 'closed', id, code: 1006, reason: createErrorFromError(cause).type })
    }
    live = { socket, key }
    registry.registerConnection(key, socket, model().attempt)
    socket.onopen = () => dispatch({ type: 'opened', id })
    socket.onclose = ({ code, reason }) => dispatch({ type: 'closed', id, code, reason })
    socket.onmessage = ({ data }) => {
      if (live !== null) registry.recordActivity(live.key)
      const decoded = decodeFrames(String(data))
      for (const frame of decoded.ok ? decoded.frames : [null]) dispatch({ type: 'frame', id, frame: checkPlatformFrame(frame) })
    }
  }

  function letGo(): void {
    if (live === null) return
    const { socket, key } = live
    live = null
    socket.onopen = socket.onmessage = socket.onclose = null
    registry.removeConnection(key, socket)
    socket.close(1000)
  }

  function transmit(frame: ClientFrame): void {
    if (live?.socket.readyState !== OPEN) return
    live.socket.send(encodeFrames([frame]))
    registry.recordActivity(live.key)
  }

  function follow(): void {
    const view = auth.getSnapshot()
    // A rotated bearer token is another key of the same session: the socket stays. [U9]
    if (live !== null && view.state === 'authenticated' && view.session.id === model().session && view.sessionToken !== live.key) {
      registry.moveConnection(live.key, view.sessionToken)
      live.key = view.sessionToken
    }
    dispatch({ type: 'auth', session: view.state === 'authenticated' ? view.session.id : null, anonymous: view.state === 'anonymous' })
  }

  return {
    getSnapshot: () => snapshot,
    subscribe: (listener) => addTo(listeners, listener),
    canConnect: () => model().session !== null && STATE_FACTS[model().phase.state].mayConnect,
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
      if (model().phase.state !== 'ready' || live?.socket.readyState !== OPEN) return 'refused'
      transmit(frame)
      dispatch({ type: 'sent' })
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

function describe(error: WebSocketError | null): string | undefined {
  return error?.code === undefined ? error?.message : `Closed with ${error.code}${error.reason ? ` (${error.reason})` : ''}: ${error.message}`
}
