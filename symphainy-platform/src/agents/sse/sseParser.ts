import { GatewayError } from '@symphainy/gateway'

/** One event of a `text/event-stream`. */
export interface SseEvent {
  /** The `event:` field. @default 'message' */
  event: string
  data: string
  id?: string
}

export interface SseParser {
  /** The events that this piece of text completes. @throws GatewayError `event_too_large` */
  push(text: string): SseEvent[]
}

/**
 * Server-sent events as in the HTML standard: any of the three line ends, also cut between CR and LF; comments; several
 * `data:` lines joined by a line feed. An event that the stream's end cuts off is never given.
 *
 * @param maxUnits the most that one event may hold, in UTF-16 units
 */
export function createSseParser(maxUnits: number): SseParser {
  let rest = ''
  let endedWithCr = false
  let event = ''
  let id: string | undefined
  let data: string[] = []
  let units = 0

  const line = (text: string): SseEvent | null => {
    if (text === '') {
      const complete = data.length > 0 ? { event: event === '' ? 'message' : event, data: data.join('\n'), ...(id === undefined ? {} : { id }) } : null
      event = ''
      data = []
      units = 0
      return complete
    }
    const colon = text.indexOf(':')
    if (colon === 0) return null
    const field = colon === -1 ? text : text.slice(0, colon)
    const value = colon === -1 ? '' : text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'data') {
      data.push(value)
      units += value.length
    } else if (field === 'event') event = value
    else if (field === 'id') id = value
    return null
  }

  return {
    push(text) {
      // A CR at the end of a piece has ended its line already; the LF that may follow belongs to it.
      let fresh = endedWithCr && text.startsWith('\n') ? text.slice(1) : text
      if (text !== '') endedWithCr = text.endsWith('\r')
      fresh = rest + fresh
      const events: SseEvent[] = []
      let start = 0
      for (const end of fresh.matchAll(/\r\n|\n|\r/g)) {
        const complete = line(fresh.slice(start, end.index))
        if (complete !== null) events.push(complete)
        start = end.index + end[0].length
      }
      rest = fresh.slice(start)
      if (units + rest.length > maxUnits) throw new GatewayError('event_too_large')
      return events
    },
  }
}
