import type { AgentBackend, AgentInput } from '@symphainy/gateway'
import type { AgUiEvent } from '@symphainy/protocol'

/** One run of a scripted agent, in the test's hands. */
export interface ScriptedRun {
  readonly input: AgentInput
  /** Aborts when the gateway ends the run. */
  readonly signal: AbortSignal
  /** Yields an event. */
  emit(event: AgUiEvent): void
  /** Yields text of one message, which it opens if need be. */
  write(text: string): void
  /** Closes the message and finishes the run. */
  finish(): void
  /** Ends without a terminal event. */
  cut(): void
  /** Throws out of the backend. */
  fail(error: unknown): void
}

export interface ScriptedAgent extends AgentBackend {
  /** The runs that were started, in order. */
  readonly runs: readonly ScriptedRun[]
  /** The run with this id, as soon as it is started. */
  started(id: string): Promise<ScriptedRun>
}

/** An agent that says what the test says, when the test says it. */
export function createScriptedAgent(): ScriptedAgent {
  const runs: Script[] = []
  const waiting: { id: string; resolve(run: ScriptedRun): void }[] = []
  return {
    runs,
    describe: () => ({ kind: 'search', label: 'Scripted' }),
    run(input, { signal }) {
      const script = new Script(input, signal)
      runs.push(script)
      for (const { id, resolve } of waiting) if (id === input.run) resolve(script)
      return script.events()
    },
    started(id) {
      const found = runs.find(({ input }) => input.run === id)
      return found === undefined ? new Promise((resolve) => waiting.push({ id, resolve })) : Promise.resolve(found)
    },
  }
}

/** An agent that answers every message with its own words, word by word, and finishes. */
export function createEchoAgent(): AgentBackend {
  return {
    describe: () => ({ kind: 'search', label: 'Echo' }),
    async *run({ run, conversation, messages }) {
      const messageId = `answer-${run}`
      yield { type: 'TEXT_MESSAGE_START', messageId, role: 'assistant' } as AgUiEvent
      const last = messages.at(-1)
      for (const delta of (last?.text ?? '').split(/(?<= )/)) yield { type: 'TEXT_MESSAGE_CONTENT', messageId, delta } as AgUiEvent
      yield { type: 'TEXT_MESSAGE_END', messageId } as AgUiEvent
      yield { type: 'RUN_FINISHED', threadId: conversation, runId: run } as AgUiEvent
    },
  }
}

class Script implements ScriptedRun {
  readonly input: AgentInput
  readonly signal: AbortSignal
  #queue: ({ event: AgUiEvent } | { end: 'done' } | { error: unknown })[] = []
  #wake: (() => void) | undefined
  #open: string | undefined
  #messages = 0

  constructor(input: AgentInput, signal: AbortSignal) {
    this.input = input
    this.signal = signal
    signal.addEventListener('abort', () => this.cut())
  }

  emit(event: AgUiEvent): void {
    this.#push({ event })
  }

  write(text: string): void {
    if (this.#open === undefined) {
      this.#open = `${this.input.run}-${(this.#messages += 1)}`
      this.emit({ type: 'TEXT_MESSAGE_START', messageId: this.#open, role: 'assistant' } as AgUiEvent)
    }
    this.emit({ type: 'TEXT_MESSAGE_CONTENT', messageId: this.#open, delta: text } as AgUiEvent)
  }

  finish(): void {
    if (this.#open !== undefined) this.emit({ type: 'TEXT_MESSAGE_END', messageId: this.#open } as AgUiEvent)
    this.#open = undefined
    this.emit({ type: 'RUN_FINISHED', threadId: this.input.conversation, runId: this.input.run } as AgUiEvent)
    this.cut()
  }

  cut(): void {
    this.#push({ end: 'done' })
  }

  fail(error: unknown): void {
    this.#push({ error })
  }

  async *events(): AsyncGenerator<AgUiEvent> {
    for (;;) {
      const item = this.#queue.shift()
      if (item === undefined) await new Promise<void>((resolve) => (this.#wake = resolve))
      else if ('event' in item) yield item.event
      else if ('error' in item) throw item.error
      else return
    }
  }

  #push(item: { event: AgUiEvent } | { end: 'done' } | { error: unknown }): void {
    this.#queue.push(item)
    this.#wake?.()
    this.#wake = undefined
  }
}
