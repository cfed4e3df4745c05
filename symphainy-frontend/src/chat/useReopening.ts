import { chatOf } from '@symphainy/client/chat'
import { useClient } from '@symphainy/react'
import { useEffect } from 'react'

const KEY = 'symphainy.open'

/** After a reload this tab goes on with the conversation that it had open, if the same user is signed in. */
export function useReopening(userId: string): void {
  const client = useClient()
  useEffect(() => {
    const chat = chatOf(client)
    const opened = read(userId)
    if (opened !== null && chat.getSnapshot().conversation.state === 'new') chat.openConversation(opened)
    return chat.subscribe(() => {
      const { id, state } = chat.getSnapshot().conversation
      if (state === 'new' || state === 'missing') write(null)
      else if (state === 'live') write({ userId, id })
    })
  }, [client, userId])
}

function read(userId: string): string | null {
  try {
    const stored = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as { userId?: unknown; id?: unknown } | null
    return stored?.userId === userId && typeof stored.id === 'string' ? stored.id : null
  } catch {
    return null
  }
}

let written: string | null = null

function write(open: { userId: string; id: string } | null): void {
  const next = open === null ? null : JSON.stringify(open)
  if (next === written) return
  written = next
  try {
    if (next === null) sessionStorage.removeItem(KEY)
    else sessionStorage.setItem(KEY, next)
  } catch {
    // Without storage a reload begins a new conversation; the old one is in the list.
  }
}
