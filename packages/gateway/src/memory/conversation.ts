import {
  foldEvent,
  isTerminal,
  mergeDeltas,
  newRunMessage,
  type AgentAddress,
  type AgentMessage,
  type AgUiEvent,
  type AnsweredBy,
  type ConversationRecord,
  type LogMessage,
  type RunSnapshot,
  type UserMessage,
} from '@symphainy/protocol'
import { runStarted } from '../log/runFacts.js'
import type { LogEntry, LogKey, StartedRun } from '../ports/eventLog.js'

interface StoredRun {
  run: string
  agent: AgentAddress
  answeredBy: AnsweredBy
  /** The id of the user's message that it answers. */
  question: string
  retryOf?: string
  status: 'waiting' | 'running' | 'ended'
  message: AgentMessage
  events: AgUiEvent[]
}

/** How many messages of a conversation an agent is given. */
const AGENT_MESSAGES = 50

/** One conversation of the in-memory log: what was said, the runs and their order. No awaiting: each call is one step. */
export class MemoryConversation {
  readonly entries: LogEntry[] = []
  readonly runs: Map<string, StoredRun> = new Map()
  /** User messages and runs, in the order in which they began. */
  private readonly shown: (UserMessage | StoredRun)[] = []
  private readonly waiting: StoredRun[] = []
  running: StoredRun | undefined = undefined

  readonly key: LogKey
  record: ConversationRecord

  constructor(key: LogKey, record: ConversationRecord) {
    this.key = key
    this.record = record
  }

  get head(): number {
    return this.entries.length
  }

  say(message: UserMessage): void {
    this.shown.push(message)
    this.entries.push({ offset: this.head + 1, message })
  }

  /** Queues a run and starts it if none goes on. */
  queue(run: { run: string; agent: AgentAddress; answeredBy: AnsweredBy; retryOf?: string }, now: number): StartedRun | undefined {
    const question = run.retryOf === undefined ? run.run : (this.runs.get(run.retryOf)?.question ?? run.run)
    const stored: StoredRun = { ...run, question, status: 'waiting', message: newRunMessage(run.run, now), events: [] }
    this.runs.set(run.run, stored)
    this.waiting.push(stored)
    return this.startNext(now)
  }

  private startNext(now: number): StartedRun | undefined {
    const next = this.running === undefined ? this.waiting.shift() : undefined
    if (next === undefined) return undefined
    this.running = next
    this.begin(next, now)
    return { run: next.run, key: this.key, agent: next.agent, messages: this.forAgent(next) }
  }

  private begin(run: StoredRun, now: number): void {
    run.status = 'running'
    this.shown.push(run)
    this.append(
      run,
      runStarted({
        run: run.run,
        conversation: this.key.conversation,
        agent: run.agent,
        answeredBy: run.answeredBy,
        now,
        ...(run.retryOf === undefined ? {} : { retryOf: run.retryOf }),
      }),
    )
  }

  private append(run: StoredRun, event: AgUiEvent): void {
    run.events.push(event)
    run.message = foldEvent(run.message, event)
    if (isTerminal(event)) run.status = 'ended'
    this.entries.push({ offset: this.head + 1, run: run.run, event })
  }

  /** Appends until the terminal event, then starts the next run. */
  recordEvents(run: StoredRun, events: readonly AgUiEvent[], now: number): StartedRun | undefined {
    for (const event of events) {
      if (run.status !== 'running') break
      this.append(run, structuredClone(event))
    }
    if (run.status !== 'ended' || this.running !== run) return undefined
    this.running = undefined
    this.record = { ...this.record, updatedAt: now }
    return this.startNext(now)
  }

  /** Ends a run that waits: it begins and ends in one step. */
  endWaiting(run: StoredRun, terminal: AgUiEvent, now: number): void {
    this.waiting.splice(this.waiting.indexOf(run), 1)
    this.begin(run, now)
    this.append(run, terminal)
  }

  /** What a snapshot shows, oldest first: all but the run that goes on. */
  messages(): LogMessage[] {
    return this.shown.filter((item) => item !== this.running).map((item) => ('role' in item ? item : item.message))
  }

  runSnapshot(): RunSnapshot | undefined {
    return this.running === undefined ? undefined : { run: this.running.run, events: mergeDeltas(this.running.events) }
  }

  /** The messages for an agent: each answer behind its question, none that is being tried again, the question last. */
  private forAgent(run: StoredRun): (UserMessage | AgentMessage)[] {
    const retried = new Set([...this.runs.values()].map(({ retryOf }) => retryOf))
    const given: (UserMessage | AgentMessage)[] = []
    for (const question of this.shown) {
      if (!('role' in question)) continue
      given.push(question)
      if (question.id === run.question) break
      for (const answer of this.runs.values())
        if (answer.question === question.id && answer.status === 'ended' && !retried.has(answer.run)) given.push(answer.message)
    }
    return given.slice(-AGENT_MESSAGES)
  }
}
