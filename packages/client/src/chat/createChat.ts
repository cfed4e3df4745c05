import { fitsMessage, USER_LOG, type ConversationRecord, type ConversationsResponse, type MessagesResponse } from '@symphainy/protocol'
import type { SymphainyClient } from '../clientApi.js'
import type { Timer } from '../environment/environment.js'
import { SymphainyError, type ClientErrorCode } from '../errors/symphainyError.js'
import type { ChatSnapshot, ChatStore } from './chatApi.js'
import { emptyChat, limitsOf, openLog, type ChatEvent, type ChatState, type Log } from './chatState.js'
import { chatTransition } from './chatTransition.js'
import { createChatView } from './chatView.js'
import { OUTBOX_ENTRIES } from './outbox.js'

/** What the chat needs of a client. */
export type ChatParts = Pick<SymphainyClient, 'auth' | 'connection' | 'environment'>

/** What came over the wire is shown at most once in so many milliseconds: a frame of the screen. */
const FRAME_MS = 16

/** How many messages or conversations one page of history has. */
const PAGE = 50

/** The chat over an auth session and a connection: performs what `chatTransition` decides. */
export function createChat({ auth, connection, environment: { clock, randomId } }: ChatParts): ChatStore {
  let state: ChatState = emptyChat(randomId())
  const view = createChatView()
  const listeners = new Set<() => void>()
  const events: ChatEvent[] = []
  let isBusy = false
  let shownAtMs = -FRAME_MS
  let pending: Timer | null = null

  const getSnapshot = (): ChatSnapshot => view(state)

  function show(): void {
    pending?.cancel()
    pending = null
    shownAtMs = clock.now()
    for (const listener of [...listeners]) listener()
  }

  function showSoon(): void {
    const waitMs = shownAtMs + FRAME_MS - clock.now()
    if (waitMs <= 0) show()
    else pending ??= clock.setTimer(show, waitMs)
  }

  /** Events that come while one is worked on wait their turn: a send may find the connection gone. */
  function dispatch(event: ChatEvent, notify: () => void = show): void {
    events.push(event)
    if (isBusy) return
    isBusy = true
    const before = state
    for (let next = events.shift(); next !== undefined; next = events.shift()) apply(next)
    isBusy = false
    if (state !== before) notify()
  }

  function apply(event: ChatEvent): void {
    const { state: next, effects } = chatTransition(state, event)
    state = next
    for (const effect of effects) {
      if (effect.type === 'hold') clock.setTimer(() => dispatch({ type: 'released', conversation: effect.conversation }), effect.delayMs)
      // Not ready after all: what was to be sent waits for the next `ready`.
      else if (connection.send(effect.frame) === 'refused') events.push({ type: 'lost' })
    }
  }

  function followAuth(): void {
    const snapshot = auth.getSnapshot()
    // While it is not known who is signed in, nothing changes.
    if (snapshot.state === 'authenticated') dispatch({ type: 'user', user: snapshot.user.id, keepsOutbox: false, freshId: randomId() })
    if (snapshot.state === 'anonymous') dispatch({ type: 'user', user: null, keepsOutbox: snapshot.reason === 'expired', freshId: randomId() })
  }

  followAuth()
  auth.subscribe(followAuth)
  connection.onFrame((frame) => dispatch({ type: 'frame', frame, wallNow: clock.wallNow() }, showSoon))
  connection.onLost(({ code }) => {
    // A socket that goes because somebody else signed in must not show what was there once more. [TB5]
    followAuth()
    dispatch({ type: 'lost', closeCode: code })
  })
  // A chat that is loaded late finds the connection ready; it is ready for the confirmed session and no other. [TB5]
  if (connection.getSnapshot().state === 'ready') dispatch({ type: 'joined' })

  function whyNot(text: string): ClientErrorCode | null {
    if (state.user === null) return 'unauthenticated'
    if (openLog(state).phase === 'missing') return 'gone'
    if (text.trim() === '') return 'invalid'
    if (!fitsMessage(text, limitsOf(state))) return 'too_long'
    return state.outbox.length < OUTBOX_ENTRIES ? null : 'rate_limited'
  }

  function recordOf(id: string): ConversationRecord {
    return getSnapshot().conversations.find((record) => record.id === id) ?? { role: 'conversation', id, title: '', createdAt: 0, updatedAt: 0 }
  }

  async function page(conversation: string): Promise<void> {
    const log = (): Log | undefined => state.logs.get(conversation)
    for (let older = log()?.older; older?.state === 'some'; older = log()?.older) {
      const known = log()?.lines
      dispatch({ type: 'olderAsked', conversation })
      try {
        const query = `limit=${PAGE}${older.before === '' ? '' : `&before=${encodeURIComponent(older.before)}`}`
        const { messages, next } = await fetchPage(conversation, query)
        dispatch({ type: 'olderCame', conversation, messages, next })
      } catch (error) {
        dispatch({ type: 'olderCame', conversation, messages: [], next: older.before })
        throw error
      }
      // The first page may hold nothing but what the snapshot did.
      if (log()?.lines !== known) return
    }
  }

  async function fetchPage(conversation: string, query: string): Promise<MessagesResponse> {
    if (conversation !== USER_LOG) return auth.request('GET', `/api/conversations/${encodeURIComponent(conversation)}/messages?${query}`)
    const { conversations, next } = await auth.request<ConversationsResponse>('GET', `/api/conversations?${query}`)
    return { messages: conversations, next }
  }

  return {
    getSnapshot,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    sendMessage(text) {
      const code = whyNot(text)
      if (code !== null) return { result: 'refused', id: null, error: new SymphainyError(code) }
      const id = randomId()
      dispatch({ type: 'typed', id, text, agent: state.agent, wallNow: clock.wallNow() })
      const isSending = state.outbox.some((entry) => entry.id === id && entry.delivery.state === 'sending')
      return { result: isSending ? 'sent' : 'queued', id, error: null }
    },
    resend: (id) => dispatch({ type: 'resent', id, wallNow: clock.wallNow() }),
    discard: (id) => dispatch({ type: 'discarded', id }),
    retryRun(run) {
      const wallNow = clock.wallNow()
      const entry = state.outbox.find(({ retryOf }) => retryOf === run)
      const answer = getSnapshot().conversation.messages.find(({ role, id }) => role === 'assistant' && id === run)
      if (entry !== undefined) dispatch({ type: 'resent', id: entry.id, wallNow })
      else if (answer !== undefined) dispatch({ type: 'typed', id: randomId(), text: '', agent: answer.agent, retryOf: run, wallNow })
    },
    stop() {
      const run = getSnapshot().conversation.activeRun
      if (run !== null) dispatch({ type: 'stopped', run })
    },
    switchAgent: (agent, { keep = true } = {}) => dispatch({ type: 'agentChosen', agent, ...(keep ? {} : { freshId: randomId() }) }),
    newConversation() {
      if (getSnapshot().conversation.state !== 'new') dispatch({ type: 'opened', id: randomId(), phase: 'new' })
    },
    openConversation: (id) => dispatch({ type: 'opened', id, phase: 'known' }),
    async renameConversation(id, title) {
      await auth.request('PATCH', `/api/conversations/${encodeURIComponent(id)}`, { title })
      dispatch({ type: 'recorded', record: { ...recordOf(id), title } })
    },
    async deleteConversation(id) {
      await auth.request('DELETE', `/api/conversations/${encodeURIComponent(id)}`)
      if (id === state.open) dispatch({ type: 'opened', id: randomId(), phase: 'new' })
      dispatch({ type: 'recorded', record: { ...recordOf(id), deleted: true } })
    },
    loadMore: () => page(state.open),
    loadMoreConversations: () => page(USER_LOG),
    async searchConversations(query, options) {
      const { conversations } = await auth.request<ConversationsResponse>(
        'GET',
        `/api/conversations?search=${encodeURIComponent(query)}&limit=${PAGE}`,
        undefined,
        options,
      )
      return conversations.filter((record: ConversationRecord) => record.deleted !== true)
    },
  }
}
