import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { CLOSE, ERROR_TEXTS, type PlatformFrame, type Position } from '@symphainy/protocol'
import { newId } from '../sessions/secrets.js'
import { admit, mayServe } from './admit.js'
import type { Context } from './context.js'
import { Outlet } from './outlet.js'
import type { RegisteredConnection } from './registry.js'
import type { Effect, Served, SessionEvent, SessionState } from './states.js'
import { nextTick, transition } from './transition.js'
import { Subscriptions } from './subscriptions.js'
import { readSession, work } from './work.js'

/** Reading of the socket pauses while so many of its frames wait for their turn … */
const PAUSE_QUEUED = 64
/** … and goes on below this. */
const RESUME_QUEUED = 16

/** One socket: tells the machine what happens, and does what it says. */
export class Connection implements RegisteredConnection {
  readonly id: string
  readonly address: string
  /** The origin that it was opened from; tickets of others are not taken. */
  readonly origin: string
  readonly #context: Context
  readonly #socket: WebSocket
  readonly #out: Outlet
  readonly #subscriptions: Subscriptions
  #state: SessionState
  #chain: Promise<void> = Promise.resolve()
  #timer: { cancel(): void } | undefined
  #timerAt: number | null = null
  #name = ''

  constructor(context: Context, socket: WebSocket, stream: Duplex, from: { address: string; origin: string }) {
    const { environment } = context.settings
    this.id = newId(environment)
    this.address = from.address
    this.origin = from.origin
    this.#context = context
    this.#socket = socket
    this.#out = new Outlet(socket, stream, environment, {
      onDrain: () => this.#drained(),
      onStuck: () => this.close(CLOSE.OVERLOADED, 'too_slow'),
    })
    this.#subscriptions = new Subscriptions({ tails: context.tails, outlet: this.#out, onEnded: (conversation, why) => this.#unsubscribed(conversation, why) })
    this.#state = { phase: 'opening', connection: this.id, openedAt: environment.now() }
    context.registry.add(this)
    // Nothing is read before `ready`: what a client says then waits in its own socket.
    socket.pause()
    socket.on('message', (data, isBinary) => this.#message(data, isBinary))
    // An error is followed by the close, and has no more to say: 1009 and the like were sent by then.
    socket.on('error', () => undefined)
    socket.on('close', () => this.dispatch({ type: 'gone' }))
    this.#arm()
  }

  /** The served state, or null: nothing is done for a connection that is on its way out. */
  get served(): Served | null {
    return this.#state.phase === 'served' ? this.#state : null
  }

  /** Decides the ticket, then serves or closes. Never rejects. */
  async open(ticket: string): Promise<void> {
    const now = (): number => this.#context.settings.environment.now()
    const admitted = await admit(this.#context, ticket, this.origin)
    if (this.#state.phase !== 'opening') return
    const decided = admitted.status === 'admitted' ? mayServe(this.#context, admitted) : admitted
    if (decided.status === 'refused') return this.dispatch({ type: 'refused', code: decided.code, reason: decided.reason, now: now() })
    this.#name = decided.record.user.name
    this.dispatch({ type: 'admitted', record: decided.record, fence: decided.fence, now: now() })
    this.#context.settings.logger.info({ connection: this.id, session: decided.record.id, fence: decided.fence }, 'served')
  }

  close(code: number, reason: string): void {
    this.dispatch({ type: 'close', code, reason, now: this.#context.settings.environment.now() })
  }

  /** Calls back when the socket is closed; at once if it is. */
  onGone(listener: () => void): void {
    if (this.#state.phase === 'gone') listener()
    else this.#socket.once('close', listener)
  }

  terminate(): void {
    this.#socket.terminate()
  }

  send(frame: PlatformFrame): void {
    this.#out.send(JSON.stringify(frame))
  }

  dispatch(event: SessionEvent): void {
    const before = this.#state
    const { state, effects } = transition(before, event, this.#context.rules)
    this.#state = state
    for (const effect of effects) this.#perform(effect, before)
    this.#regulate()
    this.#arm()
  }

  /** Reads along in a log from a position on; replaces what it read of that log before. Rejects when the store is away. */
  async subscribe(conversation: string, after: Position | undefined): Promise<void> {
    const { served } = this
    if (served !== null) await this.#subscriptions.join({ userId: served.userId, conversation }, after)
  }

  /** The sender of a conversation's first message reads along from its start. [RS7] */
  follow(conversation: string, epoch: string): void {
    if (!this.#subscriptions.has(conversation)) this.dispatch({ type: 'created', conversation, epoch })
  }

  unsubscribe(conversation: string): void {
    this.#subscriptions.leave(conversation)
  }

  /** A subscription came to its end: the log does not exist (any more), or its store is away. */
  #unsubscribed(conversation: string, why: 'not_found' | 'unavailable'): void {
    if (this.served === null) return
    this.dispatch({ type: 'unsubscribed', conversation })
    if (why === 'not_found') this.send({ type: 'error', code: why, message: ERROR_TEXTS[why], re: { type: 'subscribe', conversation } })
  }

  #message(data: RawData, isBinary: boolean): void {
    const now = this.#context.settings.environment.now()
    if (isBinary) this.dispatch({ type: 'binary', now })
    else this.dispatch({ type: 'text', text: (data as Buffer).toString('utf8'), now })
  }

  #perform(effect: Effect, before: SessionState): void {
    switch (effect.type) {
      case 'send':
        return this.send(effect.frame)
      case 'serve': {
        const { served } = this
        if (served !== null) {
          const { sessionId, userId } = served
          this.#context.registry.serve(this, { sessionId, userId, userName: this.#name, fence: effect.fence })
          this.#context.appender.hint({ type: 'served', sessionId, fence: effect.fence })
        }
        return
      }
      case 'work':
        return this.#enqueue(() => work(this.#context, this, effect.frame), 'workDone')
      case 'follow':
        return this.#enqueue(() => this.#followFromStart(effect.conversation, effect.epoch))
      case 'readSession':
        return this.#enqueue(async () => void (await readSession(this.#context, this)))
      case 'leave':
        return this.#leave(before)
      case 'close':
        this.#out.flush()
        this.#socket.close(effect.code, effect.reason)
        this.#context.settings.logger.info({ connection: this.id, code: effect.code, reason: effect.reason }, 'closing')
        return
      case 'terminate':
        return this.#socket.terminate()
      case 'release':
        this.#leave(before)
        this.#out.dispose()
        this.#context.registry.remove(this)
    }
  }

  /** [RS11] One after the other, in the order of the frames. */
  #enqueue(job: () => Promise<void>, then?: 'workDone'): void {
    this.#chain = this.#chain.then(async () => {
      if (this.served === null) return
      try {
        await job()
      } catch (error) {
        this.#context.settings.logger.error({ connection: this.id, error: error instanceof Error ? error.message : 'unknown' }, 'a frame could not be handled')
        this.close(CLOSE.INTERNAL, 'internal')
      }
      if (then !== undefined) this.dispatch({ type: then })
    })
  }

  async #followFromStart(conversation: string, epoch: string): Promise<void> {
    try {
      await this.subscribe(conversation, { epoch, offset: 0 })
    } catch (error) {
      this.#context.settings.logger.warn({ connection: this.id, error: error instanceof Error ? error.message : 'unknown' }, 'a sender could not read along')
      this.send({ type: 'error', code: 'unavailable', message: ERROR_TEXTS.unavailable, re: { type: 'subscribe', conversation } })
    }
  }

  #leave(before: SessionState): void {
    if (before.phase === 'served') this.#context.registry.unserve(this, before.sessionId)
    this.#subscriptions.leaveAll()
  }

  #drained(): void {
    this.#subscriptions.resumeAll()
    this.#regulate()
  }

  /** Reads no more than it can work off and answer. */
  #regulate(): void {
    if (this.#state.phase === 'opening' || this.#state.phase === 'gone') return
    const queued = this.#state.phase === 'served' ? this.#state.queued : 0
    const full = this.#state.phase === 'served' && (queued > PAUSE_QUEUED || this.#out.congested)
    if (full) this.#socket.pause()
    else if (this.#socket.isPaused && queued <= RESUME_QUEUED) this.#socket.resume()
  }

  /** One timer, set anew only when something is due earlier; a tick that comes too early sets the next. */
  #arm(): void {
    const at = nextTick(this.#state, this.#context.rules)
    if (at === null) {
      this.#timer?.cancel()
      return
    }
    if (this.#timerAt !== null && this.#timerAt <= at) return
    this.#timer?.cancel()
    const { environment } = this.#context.settings
    this.#timerAt = at
    this.#timer = environment.setTimer(() => {
      this.#timerAt = null
      this.dispatch({ type: 'tick', now: environment.now() })
    }, at - environment.now())
  }
}
