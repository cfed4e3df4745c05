import type { ConnectionState, TimelineEntry } from '@symphainy/client'
import { durationWords } from './durations.js'

export interface TimelineRow {
  key: string
  state: ConnectionState
  /** The time of day, to the second. */
  time: string
  dateTime: string
  detail: string
  /** How long the state lasted, or nothing for the present one. */
  lasted: string
}

/** The timeline as it is read: the newest first, each with how long it lasted. Durations are monotonic. [AU5] Pure. */
export function timelineRows(timeline: readonly TimelineEntry[], locale?: string): TimelineRow[] {
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
  return timeline
    .map((entry, index) => {
      const next = timeline[index + 1]
      const ms = next === undefined ? null : next.atMs - entry.atMs
      return {
        key: `${entry.atMs} ${index}`,
        state: entry.state,
        time: clock.format(entry.wallTime),
        dateTime: new Date(entry.wallTime).toISOString(),
        detail: entry.detail,
        lasted: ms === null ? '' : ms < 1000 ? `${Math.max(0, Math.round(ms))} ms` : durationWords(ms),
      }
    })
    .toReversed()
}
