import { ERROR_TEXTS, EVENT_BYTES, isSafe, type AgUiEvent, type ErrorCode } from '@symphainy/protocol'
import type { GatewayEnvironment, GatewayLogger } from '../gateway.js'
import { GatewayError } from '../gatewayError.js'
import { runCancelled, runFailed } from '../log/runFacts.js'
import type { AgentBackend, AgentInput } from '../ports/agentBackend.js'
import { createRunOrder } from './order.js'
import { RunWriter } from './writer.js'

/** Why a run is ended from outside. */
export type EndCause = 'cancelled' | 'interrupted' | 'time_exceeded'

export interface ExecutionOptions {
  backend: AgentBackend
  input: AgentInput
  /** Aborted with an `EndCause` as its reason. */
  signal: AbortSignal
  append(events: readonly AgUiEvent[]): Promise<boolean>
  /** Longest time, in milliseconds. */
  timeMs: number
  /** Longest text, in UTF-16 units. */
  outputUnits: number
  environment: GatewayEnvironment
  logger: GatewayLogger
}

/** All that a run may yield, in bytes of JSON for each unit of text that it may write: steps, tool calls and reasoning too. */
const BYTES_PER_UNIT = 16

/** How long an interrupted run may try to write its end, in milliseconds. */
const LAST_WORDS_MS = 2_000

/** Errors that a backend may name; anything else it throws is `agent_failed`. */
const isErrorCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(ERROR_TEXTS, code)

/**
 * Runs a backend to its end and writes what it yields: in AG-UI's order, within the limits, with exactly one terminal
 * event, whatever the backend does. Resolves when that is in the log, or the run is no longer wanted. [RS5] [RS6]
 */
export async function executeRun(options: ExecutionOptions): Promise<void> {
  const { environment, input, signal, timeMs } = options
  const stop = new AbortController()
  const writer = new RunWriter(options)
  const timers = [environment.setTimer(() => stop.abort('time_exceeded' satisfies EndCause), timeMs)]
  const abort = (): void => {
    stop.abort(signal.reason)
    // At the end of the process a store that is away is not waited for: the next start ends the run. [RS5]
    if (signal.reason === ('interrupted' satisfies EndCause)) timers.push(environment.setTimer(() => writer.abandon(), LAST_WORDS_MS))
  }
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  const order = createRunOrder()
  try {
    const terminal = await pump(options, writer, order, stop)
    // What is open is closed before a finish; an error may stand anywhere.
    if (terminal.type === 'RUN_FINISHED') for (const event of order.closing()) await writer.push(event, 0)
    await writer.push(terminal, 0)
    await writer.flush()
  } finally {
    for (const timer of timers) timer.cancel()
    signal.removeEventListener('abort', abort)
    // The backend stops in every case: also when the log would take no more.
    stop.abort('finished')
  }
  if (!writer.ended) throw new GatewayError('internal', { message: `Run ${input.run} was not ended.` })
}

/** Passes the events on until the run's end, and gives its terminal event. Never rejects. */
async function pump(
  { backend, input, outputUnits, logger }: ExecutionOptions,
  writer: RunWriter,
  order: ReturnType<typeof createRunOrder>,
  stop: AbortController,
): Promise<AgUiEvent> {
  const { signal } = stop
  const { run, conversation } = input
  const aborted = new Promise<'aborted'>((resolve) => {
    if (signal.aborted) resolve('aborted')
    else signal.addEventListener('abort', () => resolve('aborted'), { once: true })
  })
  const fail = (code: ErrorCode, message?: string): AgUiEvent => {
    logger.warn({ run, code }, 'a run failed')
    return runFailed(code, message)
  }
  const endOf = (cause: unknown): AgUiEvent =>
    cause === 'cancelled' ? runCancelled(conversation, run) : fail(cause === 'time_exceeded' ? 'time_exceeded' : 'interrupted')
  let units = 0
  let bytes = 0
  let iterator: AsyncIterator<unknown> | undefined
  try {
    if (signal.aborted) return endOf(signal.reason)
    iterator = backend.run(input, { signal })[Symbol.asyncIterator]()
    for (;;) {
      const step = await Promise.race([iterator.next(), aborted])
      // The signal decides also when the backend was quicker to end because of it.
      if (step === 'aborted' || signal.aborted) return endOf(signal.reason)
      if (step.done === true) return fail('agent_failed')
      const received = receive(step.value)
      if (!received.ok) return fail(received.code)
      const { event } = received
      if (event.type === 'RUN_STARTED') continue
      if (event.type === 'RUN_FINISHED') return { ...event, threadId: conversation, runId: run }
      if (event.type === 'RUN_ERROR')
        return fail(isErrorCode(event.code) ? event.code : 'agent_failed', isErrorCode(event.code) ? ERROR_TEXTS[event.code] : undefined)
      if (!isWellFormed(event) || !order.admits(event)) {
        logger.warn({ run, event: String(event.type).slice(0, 40) }, 'an event out of order was dropped')
        continue
      }
      units += textUnits(event)
      bytes += received.bytes
      if (units > outputUnits || bytes > outputUnits * BYTES_PER_UNIT) return fail('output_exceeded')
      await Promise.race([writer.push(event, received.bytes), aborted])
      if (writer.ended) return runCancelled(conversation, run)
    }
  } catch (error) {
    if (signal.aborted) return endOf(signal.reason)
    if (error instanceof GatewayError) return fail(error.code, error.message)
    logger.error({ run, error: error instanceof Error ? error.name : 'unknown' }, 'an agent threw')
    return fail('agent_failed')
  } finally {
    stop.abort('finished')
    leaveBehind(iterator)
  }
}

/** A backend that ignores its signal is left behind; what it throws later is of no interest to anybody. */
function leaveBehind(iterator: AsyncIterator<unknown> | undefined): void {
  const ended = async (): Promise<void> => void (await iterator?.return?.())
  ended().catch(() => undefined)
}

type Received = { ok: true; event: AgUiEvent; bytes: number } | { ok: false; code: ErrorCode }

/** An event as it will be read: plain JSON, within the limits of a frame. */
function receive(value: unknown): Received {
  const json = typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined
  if (json === undefined) return { ok: false, code: 'agent_failed' }
  const bytes = Buffer.byteLength(json)
  if (bytes > EVENT_BYTES) return { ok: false, code: 'event_too_large' }
  const event = JSON.parse(json) as AgUiEvent
  return typeof event.type === 'string' && isSafe(event) ? { ok: true, event, bytes } : { ok: false, code: 'agent_failed' }
}

/** What the fold of a run reads from an event has the type that it expects. */
function isWellFormed(event: AgUiEvent): boolean {
  return event.type !== 'TEXT_MESSAGE_CHUNK' || event.delta === undefined || typeof event.delta === 'string'
}

function textUnits(event: AgUiEvent): number {
  return (event.type === 'TEXT_MESSAGE_CONTENT' || event.type === 'TEXT_MESSAGE_CHUNK') && typeof event.delta === 'string' ? event.delta.length : 0
}
