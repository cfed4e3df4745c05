import type { Pillar } from '@symphainy/protocol'
import type { ReactElement } from 'react'
import { ExampleQuestions } from '../chat/exampleQuestions.js'
import { PageIcon } from '../design/icons.js'
import { texts } from '../texts.js'

export function PillarPage({ pillar }: { pillar: Pillar }): ReactElement {
  const own = texts.pillars[pillar]
  return (
    <div className="pillar" data-agent={`liaison:${pillar}`}>
      <h1>
        <span className="pillar-sign">
          <PageIcon page={pillar} />
        </span>
        {own.title}
      </h1>
      <div className="page-body">
        <p className="lead">{own.lead}</p>
        <section aria-labelledby="knows">
          <h2 id="knows">{texts.pillar.knows}</h2>
          <ul className="knows">
            {own.knows.map((item) => (
              <li key={item}>{item}</li>
            ))}
          </ul>
        </section>
        <section aria-labelledby="examples">
          <h2 id="examples">{texts.pillar.examples}</h2>
          <ExampleQuestions agent={{ type: 'liaison', pillar }} questions={own.examples} />
        </section>
      </div>
    </div>
  )
}
