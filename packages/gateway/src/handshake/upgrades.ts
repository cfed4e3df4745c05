import type { IncomingMessage, Server } from 'node:http'
import { Server as SecureServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { SOCKET_PATH, SUBPROTOCOL } from '@symphainy/protocol'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Settings } from '../options.js'
import { refuseUpgrade } from './refusal.js'
import { checkCapacity, readHandshake, type Surroundings } from './request.js'

/** How many listeners for upgrades are ours: one that takes them, one that watches for half-open ones. */
const OWN_LISTENERS = 2
/** [FR4] A connection that has not sent a whole request head by then is ended, in milliseconds. */
const HALF_OPEN_MS = 5_000

export interface UpgradesOptions {
  settings: Settings
  /** What stands around an upgrade from this address with this ticket, now. */
  surroundings(address: string, ticket: string): Surroundings
  onAccepted(accepted: { socket: WebSocket; stream: Duplex; address: string; origin: string; ticket: string }): void
}

/** Turns upgrade requests into sockets, or refuses them where a browser sees nothing but 1006. [CN2] [CN3] */
export class Upgrades {
  readonly #options: UpgradesOptions
  readonly #server: WebSocketServer
  readonly #detach: (() => void)[] = []

  constructor(options: UpgradesOptions) {
    this.#options = options
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.settings.limits.frameBytes,
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    })
    this.#server.on('wsClientError', (error, socket) => {
      options.settings.logger.warn({ error: error.message }, 'a malformed upgrade was refused')
      refuseUpgrade(socket, 400)
    })
  }

  attach(server: Server): void {
    const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      if (pathOf(request) === SOCKET_PATH) this.handle(request, socket, head)
      // Nobody else is there to take it, and Node leaves it open once anybody listens.
      else if (server.listenerCount('upgrade') <= OWN_LISTENERS) refuseUpgrade(socket, 404)
    }
    server.on('upgrade', onUpgrade)
    this.#detach.push(() => server.off('upgrade', onUpgrade), this.#watchHalfOpen(server))
  }

  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { settings, surroundings, onAccepted } = this.#options
    const asked = readHandshake(request.headers, settings.origins)
    if (!asked.ok) {
      settings.logger.warn({ status: asked.status, address: settings.addressOf(request) }, asked.why)
      return refuseUpgrade(socket, asked.status)
    }
    const address = settings.addressOf(request)
    const capacity = checkCapacity(surroundings(address, asked.ticket), settings)
    if (!capacity.ok) {
      settings.logger.warn({ status: capacity.status, address }, capacity.why)
      return refuseUpgrade(socket, capacity.status, capacity.retryAfterMs)
    }
    this.#server.handleUpgrade(request, socket, head, (accepted) =>
      onAccepted({ socket: accepted, stream: socket, address, origin: asked.origin, ticket: asked.ticket }),
    )
  }

  dispose(): void {
    for (const detach of this.#detach.splice(0)) detach()
    this.#server.close()
  }

  /** A peer that opens a connection and says nothing, or half a head, holds it for a few seconds and not for ever. */
  #watchHalfOpen(server: Server): () => void {
    const { environment } = this.#options.settings
    const waiting = new Map<Duplex, { cancel(): void }>()
    const heard = (socket: Duplex): void => {
      waiting.get(socket)?.cancel()
      waiting.delete(socket)
    }
    const onConnection = (socket: Socket): void => {
      waiting.set(
        socket,
        environment.setTimer(() => socket.destroy(), HALF_OPEN_MS),
      )
      socket.once('close', () => heard(socket))
    }
    const onRequest = (request: IncomingMessage): void => heard(request.socket)
    const event = server instanceof SecureServer ? 'secureConnection' : 'connection'
    server.on(event, onConnection)
    server.on('request', onRequest)
    server.on('upgrade', onRequest)
    return () => {
      server.off(event, onConnection)
      server.off('request', onRequest)
      server.off('upgrade', onRequest)
      for (const timer of waiting.values()) timer.cancel()
    }
  }
}

function pathOf({ url = '' }: IncomingMessage): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}
