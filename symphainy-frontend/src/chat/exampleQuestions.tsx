import { chatOf } from '@symphainy/client/chat'
import type { AgentAddress } from '@symphainy/protocol'
import { useClient } from '@symphainy/react'
import type { ReactElement } from 'react'
import { Sign } from '../design/icons.js'

/** Questions that are asked by a click, of the agent whose page this is. */
export function ExampleQuestions({ agent, questions }: { agent: AgentAddress; questions: readonly string[] }): ReactElement {
  const client = useClient()
  return (
    <ul className="examples">
      {questions.map((question) => (
        <li key={question}>
          <button
            type="button"
            onClick={() => {
              const chat = chatOf(client)
              chat.switchAgent(agent)
              chat.sendMessage(question)
            }}
          >
            <span>{question}</span>
            <Sign name="send" />
          </button>
        </li>
      ))}
    </ul>
  )
}
