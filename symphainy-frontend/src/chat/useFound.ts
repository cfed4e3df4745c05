import type { ConversationRecord } from '@symphainy/protocol'
import type { UnifiedAgentChat } from '@symphainy/react'
import { useEffect, useState } from 'react'

/** `records` of `loading` are those of the search before, so that the list does not blink at each letter. */
export type Found = { state: 'all' } | { state: 'loading' | 'found' | 'failed'; records: readonly ConversationRecord[] }

/** So long nothing is typed before it is searched, in milliseconds: a pause between words, not between letters. */
const PAUSE_MS = 200

/** What a search gives; without words, `all`. A later search makes an earlier one's answer void. */
export function useFound({ searchConversations, conversations }: UnifiedAgentChat, query: string): Found {
  const [found, setFound] = useState<Found>({ state: 'all' })
  const words = query.trim()
  useEffect(() => {
    if (words === '') return setFound({ state: 'all' })
    const abort = new AbortController()
    setFound((before) => ({ state: 'loading', records: before.state === 'all' ? [] : before.records }))
    const timer = setTimeout(() => {
      searchConversations(words, { signal: abort.signal }).then(
        (records) => {
          if (!abort.signal.aborted) setFound({ state: 'found', records })
        },
        () => {
          if (!abort.signal.aborted) setFound({ state: 'failed', records: [] })
        },
      )
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
    // The list itself is a reason to search again: something was renamed, deleted or said.
  }, [words, searchConversations, conversations])
  return found
}
