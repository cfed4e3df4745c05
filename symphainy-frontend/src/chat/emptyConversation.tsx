import { PILLARS } from '@symphainy/protocol'
import type { UnifiedAgentChat } from '@symphainy/react'
import type { ReactElement } from 'react'
import { Voices } from '../design/voices.js'
import { texts } from '../texts.js'
import { ExampleQuestions } from './exampleQuestions.js'

/** Before the first word: whom one speaks with, what they know, and questions to begin with where the page shows none. */
export function EmptyConversation({ chat: { agent } }: { chat: UnifiedAgentChat }): ReactElement {
  const pillar = agent.type === 'liaison' ? PILLARS.find((each) => each === agent.pillar) : undefined
  const { title, lead, examples } =
    pillar === undefined ? { title: texts.chat.guide, lead: texts.home.intro, examples: texts.home.examples } : texts.pillars[pillar]
  return (
    <div className="empty">
      <Voices />
      <p className="empty-title">{texts.chat.askHeading(title)}</p>
      <p className="soft">{lead}</p>
      <div className="empty-examples">
        <ExampleQuestions agent={agent} questions={examples.slice(0, 3)} />
      </div>
    </div>
  )
}
