import type { ConversationRecord } from '@symphainy/protocol'
import { useAuth, useClient } from '@symphainy/react'
import type { UnifiedAgentChat } from '@symphainy/react'
import { useEffect, useState } from 'react'
import { firstMarks, isUnread, loadMarks, markSeen, saveMarks } from './unreadMarks.js'
import type { SeenMarks } from './unreadMarks.js'

/** Which conversations have something new. The open one is seen while the page is visible. */
export function useUnread(chat: UnifiedAgentChat): (record: ConversationRecord) => boolean {
  const { user } = useAuth()
  const { storage, page } = useClient().environment
  const userId = user?.id ?? ''
  const [marks, setMarks] = useState<SeenMarks | null>(() => loadMarks(storage, userId))
  const { conversations, conversationsState, conversation } = chat
  const open = conversations.find((record) => record.id === conversation.id)

  useEffect(() => {
    const look = (): void => {
      if (conversationsState !== 'ready') return
      const known = marks ?? firstMarks(conversations)
      const next = open === undefined || !page.isVisible() ? known : markSeen(known, open)
      if (next === marks) return
      saveMarks(storage, userId, next)
      setMarks(next)
    }
    look()
    return page.onChange((event) => {
      if (event === 'visible') look()
    })
  }, [marks, conversations, conversationsState, open, storage, page, userId])

  return (record) => marks !== null && record.id !== conversation.id && isUnread(marks, record)
}
