import { GUIDE } from '@symphainy/protocol'
import { useAuth } from '@symphainy/react'
import type { ReactElement } from 'react'
import { ExampleQuestions } from '../chat/exampleQuestions.js'
import { texts } from '../texts.js'

export function HomePage(): ReactElement {
  const own = texts.home
  const { user } = useAuth()
  return (
    <>
      <h1>{own.heading(user?.name ?? '')}</h1>
      <div className="page-body">
        <p className="lead">{own.intro}</p>
        <section aria-labelledby="examples">
          <h2 id="examples">{own.examplesHeading}</h2>
          <ExampleQuestions agent={GUIDE} questions={own.examples} />
        </section>
        <ol className="steps">
          {own.how.map((step) => (
            <li key={step.title}>
              <h2>{step.title}</h2>
              <p>{step.text}</p>
            </li>
          ))}
        </ol>
      </div>
    </>
  )
}
