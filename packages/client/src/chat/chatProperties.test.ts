import {
  foldEvent,
  GUIDE,
  newRunMessage,
  USER_LOG,
  type AgUiEvent,
  type ClientFrame,
  type LogMessage,
  type PlatformFrame,
  type UserMessage,
} from '@symphainy/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyChat, isOnline, type ChatEvent, type ChatState } from './chatState.js'
import { chatTransition } from './chatTransition.js'

const TALK = 'talk-0001'
const USER = { id: 'user-1', name: 'Ada', email: 'ada@example.com' }
const LIMITS = { frameBytes: 1e6, messageUnits: 1e5, messageBytes: 1e6, messagesPerSecond: 5, messageBurst: 10, subscriptions: 32 }

type Item = { message: UserMessage } | { run: string; event: AgUiEvent }

/** A platform with one conversation: an append-only log, and what is on its way to the client. */
class Platform {
  readonly log: Item[] = []
  readonly wire: PlatformFrame[] = []
  readonly acks: string[] = []
  epoch = 'e1'
  subscribed = false
  /** Whether a subscribe is answered with a snapshot although a replay would do. */
  prefersSnapshots = false
  refusesNext = false
  running: string | null = null

  append(item: Item): void {
    this.log.push(item)
    if (this.subscribed) this.wire.push(this.frame(this.log.length))
  }

  frame(offset: number): PlatformFrame {
    const item = this.log[offset - 1] as Item
    const place = { conversation: TALK, epoch: this.epoch, offset }
    return 'message' in item ? { type: 'entry', ...place, message: item.message } : { type: 'event', ...place, ...item }
  }

  receive(frame: ClientFrame): void {
    if (frame.type === 'message') this.submit(frame)
    if (!('conversation' in frame) || frame.conversation === USER_LOG) return
    if (frame.type === 'unsubscribe') this.subscribed = false
    if (frame.type !== 'subscribe') return
    if (this.log.length === 0) return void this.wire.push({ type: 'error', code: 'not_found', message: '', re: { type: 'subscribe', conversation: TALK } })
    this.subscribed = true
    const { after } = frame
    if (after?.epoch === this.epoch && after.offset <= this.log.length && !this.prefersSnapshots) {
      for (let offset = after.offset + 1; offset <= this.log.length; offset += 1) this.wire.push(this.frame(offset))
    } else {
      this.wire.push(this.snapshot())
    }
    this.wire.push({ type: 'live', conversation: TALK, epoch: this.epoch, offset: this.log.length })
  }

  submit({ id, text, agent }: Extract<ClientFrame, { type: 'message' }>): void {
    if (this.refusesNext) {
      this.refusesNext = false
      return void this.wire.push({ type: 'nack', id, code: 'unavailable', message: '', retryAfterMs: 10 })
    }
    const known = this.log.findIndex((item) => 'message' in item && item.message.id === id)
    if (known < 0) this.append({ message: { role: 'user', id, text, agent, createdAt: this.log.length } })
    const offset = known < 0 ? this.log.length : known + 1
    this.wire.push({ type: 'ack', id, conversation: TALK, epoch: this.epoch, offset })
    // Also for a repeat: the first ack may be lost. [RS7]
    if (offset === 1 && !this.subscribed) this.receive({ type: 'subscribe', conversation: TALK, after: { epoch: this.epoch, offset: 0 } })
  }

  /** The next step of some run: a start, a word, or an end. */
  step(ends: boolean): void {
    const answered = new Set(this.log.flatMap((item) => ('run' in item ? [item.run] : [])))
    const next = this.log.find((item) => 'message' in item && !answered.has(item.message.id))
    if (this.running === null) {
      if (next === undefined || !('message' in next)) return
      this.running = next.message.id
      this.append({ run: this.running, event: { type: 'RUN_STARTED', threadId: TALK, runId: this.running, timestamp: this.log.length } as AgUiEvent })
    } else if (ends) {
      this.append({ run: this.running, event: { type: 'RUN_FINISHED', threadId: TALK, runId: this.running } as AgUiEvent })
      this.running = null
    } else {
      this.append({ run: this.running, event: { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: `${this.log.length} ` } as AgUiEvent })
    }
  }

  snapshot(): PlatformFrame {
    const messages = shownOf(this.log).filter((message) => !(message.role === 'assistant' && message.id === this.running))
    const events = this.log.flatMap((item) => ('run' in item && item.run === this.running ? [item.event] : []))
    return {
      type: 'snapshot',
      conversation: TALK,
      epoch: this.epoch,
      offset: this.log.length,
      messages,
      ...(this.running === null ? {} : { run: { run: this.running, events } }),
    }
  }
}

/** What a log says, worked out in another way than the client does: every question with its answer behind it. */
function shownOf(log: readonly Item[]): LogMessage[] {
  return log.flatMap((item): LogMessage[] => {
    if (!('message' in item)) return []
    const events = log.flatMap((other) => ('run' in other && other.run === item.message.id ? [other.event] : []))
    return events.length === 0 ? [item.message] : [item.message, events.reduce(foldEvent, newRunMessage(item.message.id, 0))]
  })
}

class Client {
  state: ChatState
  readonly typed: string[] = []
  readonly inFlight = new Set<string>()
  timers: ChatEvent[] = []

  constructor(readonly platform: Platform) {
    this.state = chatTransition(emptyChat('fresh-000'), { type: 'user', user: USER.id, keepsOutbox: false, freshId: 'fresh-001' })
    this.dispatch({ type: 'opened', id: TALK, phase: 'new' })
  }

  dispatch(event: ChatEvent): void {
    const state = chatTransition(this.state, event)
    const { effects } = state
    this.state = state
    const asked = effects.filter((effect) => effect.type === 'subscribe' && effect.conversation === TALK)
    expect(asked.length, 'one outstanding subscribe').toBeLessThanOrEqual(1)
    for (const effect of effects) {
      if (effect.type === 'hold') this.timers.push({ type: 'released', conversation: effect.conversation })
      else this.platform.receive(effect)
    }
    const sending = state.outbox.filter((entry) => entry.delivery.state === 'sending')
    expect(sending.length, '[RS11] one unacked message in flight').toBeLessThanOrEqual(1)
    this.check()
  }

  /** [S4] */
  check(): void {
    const log = this.state.logs.get(TALK)
    if (log === undefined || log.position === null) return
    expect(log.position.epoch).toBe(this.platform.epoch)
    const lines = log.lines.map((line) => (line.role === 'user' ? (({ delivery: _, ...message }) => message)(line) : line))
    expect(lines).toEqual(shownOf(this.platform.log.slice(0, log.position.offset)))
  }

  reconnect(): void {
    this.platform.wire.length = 0
    this.platform.subscribed = false
    this.dispatch({ type: 'lost' })
    const ready = {
      connection: 'c',
      fence: 1,
      session: { id: 's', user: USER, expiresInMs: 1 },
      heartbeatMs: { visible: 1, hidden: 1 },
      reconnectWindowMs: 1,
      limits: LIMITS,
    }
    this.deliver({ type: 'ready', ...ready })
  }

  deliver(frame: PlatformFrame): void {
    this.dispatch({ type: 'frame', frame, wallNow: 0 })
  }

  type(): void {
    const id = `mine-${String(this.typed.length).padStart(4, '0')}`
    this.typed.push(id)
    this.dispatch({ type: 'typed', id, text: id, agent: GUIDE, wallNow: 0 })
  }
}

type Step =
  | 'deliver'
  | 'drop'
  | 'duplicate'
  | 'swap'
  | 'reconnect'
  | 'lose'
  | 'type'
  | 'other'
  | 'run'
  | 'end'
  | 'refuse'
  | 'release'
  | 'snapshots'
  | 'leave'
  | 'return'
const STEPS: readonly Step[] = [
  'deliver',
  'deliver',
  'deliver',
  'deliver',
  'drop',
  'duplicate',
  'swap',
  'reconnect',
  'lose',
  'type',
  'type',
  'other',
  'run',
  'run',
  'run',
  'end',
  'refuse',
  'release',
  'snapshots',
  'leave',
  'return',
]

function perform(client: Client, step: Step): void {
  const { platform } = client
  const { wire } = platform
  if (step === 'deliver' && wire.length > 0) client.deliver(wire.shift() as PlatformFrame)
  if (step === 'drop') wire.shift()
  if (step === 'duplicate' && wire.length > 0) client.deliver(wire[0] as PlatformFrame)
  if (step === 'swap' && wire.length > 1) wire.unshift(...wire.splice(1, 1))
  if (step === 'reconnect') client.reconnect()
  if (step === 'lose') client.dispatch({ type: 'lost' })
  if (step === 'type' && client.state.open === TALK) client.type()
  if (step === 'other' && platform.log.length > 0)
    platform.append({ message: { role: 'user', id: `other-${platform.log.length}`, text: 'hello', agent: GUIDE, createdAt: platform.log.length } })
  if (step === 'run' || step === 'end') platform.step(step === 'end')
  if (step === 'refuse') platform.refusesNext = true
  if (step === 'release') for (const timer of client.timers.splice(0)) client.dispatch(timer)
  if (step === 'snapshots') platform.prefersSnapshots = !platform.prefersSnapshots
  if (step === 'leave') client.dispatch({ type: 'opened', id: 'elsewhere', phase: 'new' })
  if (step === 'return') client.dispatch({ type: 'opened', id: TALK, phase: 'known' })
}

describe('the chat, whatever happens to its frames', () => {
  it('[S4] [RS1] [RS2] [RS11] [E1] [E2] shows a prefix of the log at all times and in the end all of it; each message is appended once, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...STEPS), { minLength: 40, maxLength: 150 }), (steps) => {
        const client = new Client(new Platform())
        for (const step of steps) perform(client, step)
        // The network comes back and stays.
        client.platform.refusesNext = false
        perform(client, 'return')
        client.reconnect()
        for (let round = 0; round < 1000 && (client.platform.wire.length > 0 || client.timers.length > 0); round += 1)
          perform(client, client.platform.wire.length > 0 ? 'deliver' : 'release')
        expect(isOnline(client.state)).toBe(true)
        expect(client.state.outbox).toEqual([])
        expect(client.platform.log.flatMap((item) => ('message' in item && item.message.id.startsWith('mine') ? [item.message.id] : []))).toEqual(client.typed)
        expect(client.state.logs.get(TALK)?.position?.offset ?? 0).toBe(client.platform.log.length)
      }),
      { numRuns: 300 },
    )
  })
})
