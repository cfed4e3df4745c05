import type { AgentAddress, AgUiEvent, AnsweredBy, Handover, Source } from '@symphainy/protocol'
import type { AgentBackend, AgentInput } from '@symphainy/gateway'
import type { AgentEnvironment } from '../agentEnvironment.js'
import { handoverEvent, messageIdOf, runFinished, sourcesEvent, textDelta, textEnd, textStart } from '../agUiEvents.js'
import { questionOf } from '../conversation.js'
import { answerFrom, type Answer } from './answer.js'
import type { Knowledge } from './knowledge.js'
import { pacedText } from './pacedText.js'
import { offer, replyTo, smallTalkOf } from './smallTalk.js'
import { distinctTerms } from './terms.js'

export interface SearchAgentOptions {
  knowledge: Knowledge
  /** How fast answers are written, in tokens a second; 0: all at once. @default 90 */
  pace?: number
  environment: Pick<AgentEnvironment, 'setTimer'>
}

const ANSWERED_BY: AnsweredBy = { kind: 'search', label: 'Documentation search, no AI model' }

/** The documentation guide: quotes the knowledge pages and names them. It needs no key and no network. */
export function createSearchAgent({ knowledge, pace = 90, environment }: SearchAgentOptions): AgentBackend {
  const answer = (question: string, before: string | undefined, agent: AgentAddress): { blocks: string[]; sources?: Source[]; handover?: Handover } => {
    const titles = knowledge.titles(agent)
    const talk = smallTalkOf(question)
    if (talk !== null) return { blocks: replyTo(talk, agent, titles) }
    return (
      find(question, before, agent) ?? {
        blocks: ['I found nothing about this in the documentation. Other words may help; I only know what is written there.', ...offer(agent, titles)],
      }
    )
  }
  const find = (question: string, before: string | undefined, agent: AgentAddress): Answer | null => {
    const alone = (): Answer | null => answerFrom(knowledge.index, question, agent)
    if (before === undefined || !REFERS_BACK.test(question)) return alone()
    // "And how do I undo it?" is about what was asked before.
    const together = (): Answer | null => answerFrom(knowledge.index, `${before} ${question}`, agent)
    return distinctTerms(question).length < 2 ? (together() ?? alone()) : (alone() ?? together())
  }

  return {
    describe: () => ANSWERED_BY,
    async *run(input: AgentInput, { signal }: { signal: AbortSignal }): AsyncGenerator<AgUiEvent, void> {
      const { question, before } = questionOf(input.messages)
      const { blocks, sources, handover } = answer(question, before, input.agent)
      const messageId = messageIdOf(input)
      if (sources !== undefined) yield sourcesEvent(sources)
      yield textStart(messageId)
      for await (const delta of pacedText(blocks.join('\n\n'), pace, environment, signal)) yield textDelta(messageId, delta)
      if (signal.aborted) return
      yield textEnd(messageId)
      if (handover !== undefined) yield handoverEvent(handover)
      yield runFinished(input)
    },
  }
}

const REFERS_BACK = /\b(it|that|this|them|those|these|there|else|too|also|again|more)\b/i
