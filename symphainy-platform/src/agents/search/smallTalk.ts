import type { AgentAddress } from '@symphainy/protocol'
import { PILLAR_NAMES, PILLAR_SUBJECTS } from '../pillars.js'

export type SmallTalk = 'greeting' | 'thanks' | 'help' | 'identity'

const WORDS = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[’']/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

const GREETING = /^(hi|hello|hey|hiya|howdy|good (morning|afternoon|evening|day)|greetings|hallo|moin|servus)( (there|all|guide|everyone|symphainy))?$/
const THANKS = /^(ok |okay |great |perfect )?(thanks|thank you|thx|cheers|ta|ok|okay|great|perfect|got it)( (a lot|very much|so much|again))?$/
const HELP =
  /^((please )?help( me)?( please)?|what (can|do|could) you (do|know|help( me)? with|answer)|what can i ask( you)?|how can you help( me)?|menu|start|options|what do you know about)$/
const IDENTITY = /^(who are you|what are you|are you (an? )?(ai|bot|robot|human|real|person|llm|model|ai model|chatbot))$/

/** What is no question to the documentation, or null. Whole messages only: "hi, how do I …" is a question. */
export function smallTalkOf(question: string): SmallTalk | null {
  const words = WORDS(question)
  if (GREETING.test(words)) return 'greeting'
  if (THANKS.test(words)) return 'thanks'
  if (HELP.test(words)) return 'help'
  return IDENTITY.test(words) ? 'identity' : null
}

/** What this agent knows, as a list that a person can choose from. */
export function offer(agent: AgentAddress, titles: readonly string[]): string[] {
  if (agent.type === 'liaison') return ['I know these pages:', titles.map((title) => `- ${title}`).join('\n')]
  const pillars = (Object.keys(PILLAR_NAMES) as (keyof typeof PILLAR_NAMES)[]).map((pillar) => `- **${PILLAR_NAMES[pillar]}**: ${PILLAR_SUBJECTS[pillar]}`)
  return ['I know about Symphainy itself, and these four fields have a specialist each:', pillars.join('\n')]
}

/** The reply to small talk, as Markdown blocks. */
export function replyTo(talk: SmallTalk, agent: AgentAddress, titles: readonly string[]): string[] {
  switch (talk) {
    case 'greeting':
      return ['Hello. Ask me something about Symphainy, and I look it up in its documentation.', ...offer(agent, titles)]
    case 'thanks':
      return ['You are welcome. Ask on whenever you like.']
    case 'help':
      return ['Ask a question in a sentence or a few words. I search the documentation and quote what it says, with its sources.', ...offer(agent, titles)]
    case 'identity':
      return [
        'I am a search over the documentation and no AI model: I quote sentences that people wrote, and name the page each comes from.',
        ...offer(agent, titles),
      ]
    default:
      return talk satisfies never
  }
}
