import type { AgUiEvent } from '@symphainy/protocol'
import type { AgentBackend, AgentInput, GatewayLogger } from '@symphainy/gateway'
import { pause, type AgentEnvironment } from '../agentEnvironment.js'
import { handoverEvent, messageIdOf, runError, runFinished, sourcesEvent, textDelta, textEnd, textStart } from '../agUiEvents.js'
import { questionOf } from '../conversation.js'
import { retryDelayMs } from '../endpoint/backOff.js'
import type { EndpointSettings, Failure } from '../endpoint/failure.js'
import type { StreamRequest } from '../endpoint/openStream.js'
import { handoverFor, retrieve, sourcesOf } from '../search/answer.js'
import type { Knowledge } from '../search/knowledge.js'
import { chatMessages } from './chatMessages.js'
import { completion } from './completion.js'

export interface OpenAiAgentOptions {
  /** Up to and with the version, for instance `https://api.openai.com/v1`. */
  baseUrl: string
  apiKey?: string
  model: string
  knowledge: Knowledge
  environment: AgentEnvironment
  logger: GatewayLogger
}

const SETTINGS: EndpointSettings = { url: 'OPENAI_BASE_URL', key: 'OPENAI_API_KEY', model: 'OPENAI_MODEL' }
/** Sections of the knowledge that go out with a question. */
const CONTEXT_SECTIONS = 4
/** A model may be given what fits in part only: it can tell, where the search would quote it. */
const CONTEXT_COVERAGE = 0.3

/** Any OpenAI-compatible endpoint, with the knowledge that fits the question as its context. */
export function createOpenAiAgent({ baseUrl, apiKey, model, knowledge, environment, logger }: OpenAiAgentOptions): AgentBackend {
  const url = `${baseUrl.replace(/\/+$/, '')}/chat/completions`
  const headers: Record<string, string> = apiKey === undefined || apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` }

  let canReportUsage = true

  const report = (failure: Failure, attempt: number, level: 'warn' | 'error'): void => {
    const { why, setting, status } = failure
    const advice = setting === undefined ? '' : `; look at ${setting}`
    logger[level](
      { agent: 'openai', model, host: new URL(url).host, attempt, ...(setting === undefined ? {} : { setting }), ...(status === undefined ? {} : { status }) },
      `The model gave no answer: ${why}${advice}`,
    )
  }

  return {
    describe: () => ({ kind: 'model', label: `AI model ${model}` }),
    async *run(input: AgentInput, { signal }: { signal: AbortSignal }): AsyncGenerator<AgUiEvent, void> {
      const { hits } = retrieve(knowledge.index, questionOf(input.messages).question, input.agent, { limit: CONTEXT_SECTIONS, coverage: CONTEXT_COVERAGE })
      const body = { model, messages: chatMessages(input, hits), stream: true }
      const request = (): StreamRequest => {
        const asked = canReportUsage ? { ...body, stream_options: { include_usage: true } } : body
        return { url, headers, body: asked, settings: SETTINGS, environment, signal }
      }
      const messageId = messageIdOf(input)
      if (hits.length > 0) yield sourcesEvent(sourcesOf(hits))

      for (let attempt = 1; !signal.aborted; attempt++) {
        let hasText = false
        const stream = completion(request())
        try {
          let step = await stream.next()
          for (; step.done !== true; step = await stream.next()) {
            if (!hasText) yield textStart(messageId)
            hasText = true
            yield textDelta(messageId, step.value)
          }
          if (signal.aborted) return
          if (hasText) yield textEnd(messageId)
          const completed = step.value
          if (completed.ok && hasText) {
            const handover = handoverFor(hits, input.agent)
            if (handover !== undefined) yield handoverEvent(handover)
            yield runFinished(input, completed.usage)
            return
          }
          const failure: Failure = completed.ok
            ? { code: 'agent_failed', why: 'the answer was empty', isRetryable: false, neverStarted: false }
            : completed.failure
          // Never after text was shown: a second answer would be written behind the half of the first.
          if (failure.unknownField === 'stream_options') canReportUsage = false
          const delayMs = hasText || !failure.isRetryable ? null : retryDelayMs({ attempt, retryAfterMs: failure.retryAfterMs, random: environment.random() })
          report(failure, attempt, delayMs === null ? 'error' : 'warn')
          if (delayMs === null) {
            yield runError(failure.code)
            return
          }
          await pause(environment, delayMs, signal)
        } finally {
          // A reader that stops early ends the request, too. [U11]
          await stream.return({ ok: true })
        }
      }
    },
  }
}
