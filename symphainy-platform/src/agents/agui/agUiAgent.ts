import { EVENT_BYTES, isTerminal, type AgUiEvent } from '@symphainy/protocol'
import { GatewayError, type AgentBackend, type AgentInput, type GatewayLogger } from '@symphainy/gateway'
import { pause, type AgentEnvironment } from '../agentEnvironment.js'
import { runError } from '../agUiEvents.js'
import { retryDelayMs } from '../endpoint/backOff.js'
import { cutShort, type EndpointSettings, type Failure } from '../endpoint/failure.js'
import { openStream, type OpenedStream } from '../endpoint/openStream.js'
import { readSse } from '../sse/readSse.js'
import { readEvent } from './eventShape.js'
import { runAgentInput } from './runAgentInput.js'

export interface AgUiAgentOptions {
  url: string
  environment: AgentEnvironment
  logger: GatewayLogger
}

const SETTINGS: EndpointSettings = { url: 'AGUI_AGENT_URL' }

const broken = (why: string): Failure => ({ code: 'agent_failed', why, isRetryable: false, neverStarted: false })

/** Any AG-UI agent over HTTP. Its events travel on unchanged; RUN_STARTED aside, which is the gateway's own. */
export function createAgUiAgent({ url, environment, logger }: AgUiAgentOptions): AgentBackend {
  const host = new URL(url).host
  const report = ({ why, setting, status }: Failure, level: 'warn' | 'error'): void => {
    const advice = setting === undefined ? '' : `; look at ${setting}`
    logger[level](
      { agent: 'agui', host, ...(setting === undefined ? {} : { setting }), ...(status === undefined ? {} : { status }) },
      `The remote agent gave no answer: ${why}${advice}`,
    )
  }

  /** A run is not idempotent: it is asked for again only when the agent cannot have begun with it. */
  const open = async (input: AgentInput, signal: AbortSignal): Promise<OpenedStream> => {
    for (let attempt = 1; ; attempt++) {
      const opened = await openStream({ url, headers: {}, body: runAgentInput(input), settings: SETTINGS, environment, signal })
      if (opened.ok || signal.aborted || !opened.failure.neverStarted) return opened
      const delayMs = retryDelayMs({ attempt, retryAfterMs: opened.failure.retryAfterMs, random: environment.random() })
      if (delayMs === null) return opened
      report(opened.failure, 'warn')
      await pause(environment, delayMs, signal)
      if (signal.aborted) return opened
    }
  }

  /** The agent's events up to and with its terminal one; returns why there was none. [RS5] */
  async function* events(body: ReadableStream<Uint8Array>, input: AgentInput): AsyncGenerator<AgUiEvent, Failure | null> {
    try {
      for await (const { data } of readSse(body, EVENT_BYTES)) {
        const checked = readEvent(data)
        if (checked.status === 'wrong') return broken(checked.why)
        if (checked.status === 'unknown') {
          logger.warn({ agent: 'agui', host, type: checked.type }, 'The remote agent sent an event of a type that this version does not know; it was left out')
          continue
        }
        const { event } = checked
        if (event.type === 'RUN_STARTED') continue
        // An agent may number its runs for itself; to the reader this is the run that was asked for.
        yield event.type === 'RUN_FINISHED' ? { ...event, threadId: input.conversation, runId: input.run } : event
        if (isTerminal(event)) return null
      }
    } catch (error) {
      if (error instanceof GatewayError) return { ...broken('it sent an event that is too large'), code: 'event_too_large' }
      return cutShort(error)
    }
    return cutShort()
  }

  return {
    describe: () => ({ kind: 'remote', label: 'Remote agent (AG-UI)' }),
    async *run(input: AgentInput, { signal }: { signal: AbortSignal }): AsyncGenerator<AgUiEvent, void> {
      if (signal.aborted) return
      const opened = await open(input, signal)
      const failure = opened.ok ? yield* events(opened.body, input) : opened.failure
      if (failure === null || signal.aborted) return
      report(failure, 'error')
      yield runError(failure.code)
    },
  }
}
