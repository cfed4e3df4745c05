import { useClient, useConnection } from '@symphainy/react'
import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { texts } from '../texts.js'
import { durationWords } from '../words/durations.js'
import { timelineRows } from '../words/timelineRows.js'

export function ConnectionPage(): ReactElement {
  const own = texts.connection
  const connection = useConnection()
  const { clock } = useClient().environment
  const now = useNow(() => clock.now())
  const { state, label, error, attempt, retryInMs, readySinceMs, roundTripMs, timeline } = connection
  return (
    <div className="sheet">
      <h1>{own.heading}</h1>
      <p className="lead">{own.intro}</p>
      <dl className="facts">
        <dt>{own.state}</dt>
        <dd>
          <strong>{label}</strong>
          <span className="soft">{own.states[state]}</span>
        </dd>
        <dt>{own.since}</dt>
        <dd>{readySinceMs === null ? own.notConnected : durationWords(now - readySinceMs)}</dd>
        <dt>{own.roundTrip}</dt>
        <dd>{roundTripMs === null ? own.unknown : own.ms(Math.round(roundTripMs))}</dd>
        <dt>{own.lastError}</dt>
        <dd>{error === null ? own.none : error.message}</dd>
        <dt>{own.attempts}</dt>
        <dd>{attempt}</dd>
        {retryInMs !== null && (
          <>
            <dt>{own.next}</dt>
            <dd>{own.in(durationWords(Math.ceil(retryInMs / 1000) * 1000))}</dd>
          </>
        )}
      </dl>
      <div className="actions">
        {state === 'yielded' ? (
          <button type="button" className="button primary" onClick={connection.useHere}>
            {own.useHere}
          </button>
        ) : (
          <button type="button" className="button" onClick={connection.reconnect}>
            {own.reconnect}
          </button>
        )}
      </div>
      <h2 id="timeline">{own.timeline}</h2>
      {timeline.length === 0 ? (
        <p className="soft">{own.timelineEmpty}</p>
      ) : (
        <ol className="timeline" aria-labelledby="timeline" reversed>
          {timelineRows(timeline).map((row) => (
            <li key={row.key} data-state={row.state}>
              <time dateTime={row.dateTime}>{row.time}</time>
              <span className="timeline-dot" aria-hidden="true" />
              <span>
                <strong>{own.steps[row.state]}</strong>
                {row.detail !== '' && row.detail !== row.state && <span className="soft">{row.detail}</span>}
              </span>
              <span className="timeline-lasted">{row.lasted}</span>
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}

/** The present, once a second. */
function useNow(read: () => number): number {
  const [now, setNow] = useState(read)
  useEffect(() => {
    const timer = setInterval(() => setNow(read()), 1000)
    return () => clearInterval(timer)
  })
  return now
}
