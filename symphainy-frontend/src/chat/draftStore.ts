import type { StoragePort } from '@symphainy/client'
import { DRAFT_PREFIX } from '../session/leftBehind.js'

export interface DraftStore {
  load(conversation: string): string
  save(conversation: string, text: string): void
}

/** Drafts of one user, by conversation, in the browser's storage; where that throws they live as long as the page. */
export function createDraftStore(storage: StoragePort, userId: string): DraftStore {
  const unstored = new Map<string, string>()
  const keyOf = (conversation: string): string => `${DRAFT_PREFIX}${userId}.${conversation}`
  return {
    load(conversation) {
      try {
        return storage.get(keyOf(conversation)) ?? unstored.get(conversation) ?? ''
      } catch {
        return unstored.get(conversation) ?? ''
      }
    },
    save(conversation, text) {
      unstored.set(conversation, text)
      try {
        if (text === '') storage.remove(keyOf(conversation))
        else storage.set(keyOf(conversation), text)
      } catch {
        // Kept in memory above: a draft is worth no error message.
      }
    },
  }
}
