import {
  DEFAULT_LIMITS,
  fitsMessage,
  USER_LOG,
  type AgentAddress,
  type ConversationRecord,
  type ConversationsResponse,
  type MessagesResponse,
} from '@symphainy/protocol'
import type { SymphainyClient } from '../clientApi.js'
import type { Timer } from '../environment/environment.js'
import { SymphainyError, type ClientErrorCode } from '../errors/symphainyError.js'
import type { ChatSnapshot, ChatStore } from './chatApi.js'
import { emptyChat, openLog, type ChatEvent, type ChatState } from './chatState.js'
import { chatTransition } from './chatTransition.js'
import { createChatView } from './chatView.js'
import { OUTBOX_ENTRIES } from './outbox.js'

/** What the chat needs of a client. */
export type ChatParts = Pick<SymphainyClient, 'auth' | 'connection' | 'environment'>

/** What came over the wire is shown at most once in so many milliseconds: a frame of the screen. */
const FRAME_MS = 16

/** How many messages or conversations one page of history has. */
const PAGE = 50

const CONVERSATIONS = '/api/conversations'
const pathOf = (conversation: string): string => `${CONVERSATIONS}/${encodeURIComponent(conversation)}`

/** The chat over an auth session and a connection: performs what `chatTransition` decides. */
export function createChat({ auth, connection, environment: { clock, randomId } }: ChatParts): ChatStore {
  let state: ChatState = emptyChat(randomId())
  const view = createChatView()
  const listeners = new Set<() => void>()
  const events: ChatEvent[] = []
  let told = view(state)
  let toldAtMs = -FRAME_MS
  let pending: Timer | null = null

  const getSnapshot = (): ChatSnapshot => view(state)

  function tell(): void {
    pending?.cancel()
    pending = null
    if (told === getSnapshot()) return
    told = getSnapshot()
    toldAtMs = clock.now()
    for (const listener of [...listeners]) listener()
  }

  /** Events that come while one is worked on wait their turn: a send may find the connection gone. */
  function dispatch(event: ChatEvent): void {
    if (events.push(event) > 1) return
    try {
      for (const next of events) apply(next)
    } finally {
      events.length = 0
    }
    const waitMs = event.type === 'frame' ? toldAtMs + FRAME_MS - clock.now() : 0
    if (waitMs <= 0) tell()
    else pending ??= clock.setTimer(tell, waitMs)
  }

  function apply(event: ChatEvent): void {
    state = chatTransition(state, event)
    for (const effect of state.effects) {
      if (effect.type === 'hold') clock.setTimer(() => dispatch({ ...effect, type: 'released' }), effect.delayMs)
      // Not ready after all: what was to be sent waits for the next `ready`.
      else if (connection.send(effect) === 'refused') events.push({ type: 'lost' })
    }
  }

  function followAuth(): void {
    const now = auth.getSnapshot()
    const isIn = now.state === 'authenticated'
    // While it is not known who is signed in, nothing changes.
    if (isIn || now.state === 'anonymous')
      dispatch({ type: 'user', user: isIn ? now.user.id : null, keepsOutbox: !isIn && now.reason === 'expired', freshId: randomId() })
  }

  followAuth()
  auth.subscribe(followAuth)
  connection.onFrame((frame) => dispatch({ type: 'frame', frame, wallNow: clock.wallNow() }))
  connection.onLost(({ code }) => {
    // A socket that goes because somebody else signed in must not show what was there once more. [TB5]
    followAuth()
    dispatch({ type: 'lost', closeCode: code })
  })
  // A chat that is loaded late finds the connection ready; it is ready for the confirmed session and no other. [TB5]
  if (connection.getSnapshot().state === 'ready') dispatch({ type: 'joined' })

  function whyNot(text: string): ClientErrorCode | null {
    if (state.user === null) return 'unauthenticated'
    if (openLog(state).state === 'missing') return 'gone'
    if (text.trim() === '') return 'invalid'
    if (!fitsMessage(text, state.ready?.limits ?? DEFAULT_LIMITS)) return 'too_long'
    return state.outbox.length < OUTBOX_ENTRIES ? null : 'rate_limited'
  }

  async function page(conversation: string): Promise<void> {
    const log = state.logs.get(conversation)
    if (!log?.older || log.older.isLoading) return
    const { before } = log.older
    dispatch({ type: 'olderAsked', conversation })
    let came: MessagesResponse = { messages: [], next: before }
    try {
      const path = conversation === USER_LOG ? CONVERSATIONS : `${pathOf(conversation)}/messages`
      const answer = await auth.request<MessagesResponse | ConversationsResponse>(
        'GET',
        `${path}?limit=${PAGE}${before && `&before=${encodeURIComponent(before)}`}`,
      )
      came = { next: answer.next, messages: 'messages' in answer ? answer.messages : answer.conversations }
    } finally {
      dispatch({ type: 'olderCame', conversation, ...came })
    }
    // The first page may hold nothing but what the snapshot did.
    if (state.logs.get(conversation)?.lines.length === log.lines.length) await page(conversation)
  }

  function type(text: string, agent: AgentAddress, retryOf?: string): string {
    const id = randomId()
    dispatch({ type: 'typed', id, text, agent, retryOf, wallNow: clock.wallNow() })
    return id
  }

  const resend = (id: string): void => dispatch({ type: 'resent', id, wallNow: clock.wallNow() })

  return {
    getSnapshot,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    sendMessage(text) {
      const code = whyNot(text)
      if (code !== null) return { result: 'refused', id: null, error: new SymphainyError(code) }
      const id = type(text, state.agent)
      const isSending = state.outbox.find((entry) => entry.id === id)?.delivery.state === 'sending'
      return { result: isSending ? 'sent' : 'queued', id, error: null }
    },
    resend,
    discard: (id) => dispatch({ type: 'discarded', id }),
    retryRun(run) {
      const answer = getSnapshot().conversation.messages.find(({ role, id }) => role === 'assistant' && id === run)
      if (state.outbox.some(({ retryOf }) => retryOf === run)) resend(run)
      else if (answer) type('', answer.agent, run)
    },
    stop() {
      const run = getSnapshot().conversation.activeRun
      if (run !== null) dispatch({ type: 'stopped', run })
    },
    switchAgent: (agent, { keep = true } = {}) => dispatch({ type: 'agentChosen', agent, freshId: keep ? undefined : randomId() }),
    newConversation() {
      if (getSnapshot().conversation.state !== 'new') dispatch({ type: 'opened', id: randomId(), phase: 'new' })
    },
    openConversation: (id) => dispatch({ type: 'opened', id, phase: 'known' }),
    async renameConversation(id, title) {
      await auth.request('PATCH', pathOf(id), { title })
      dispatch({ type: 'recorded', id, change: { title } })
    },
    async deleteConversation(id) {
      await auth.request('DELETE', pathOf(id))
      if (id === state.open) dispatch({ type: 'opened', id: randomId(), phase: 'new' })
      dispatch({ type: 'recorded', id, change: { deleted: true } })
    },
    loadMore: () => page(state.open),
    loadMoreConversations: () => page(USER_LOG),
    async searchConversations(query, options) {
      const { conversations } = await auth.request<ConversationsResponse>(
        'GET',
        `${CONVERSATIONS}?search=${encodeURIComponent(query)}&limit=${PAGE}`,
        undefined,
        options,
      )
      return conversations.filter((record: ConversationRecord) => !record.deleted)
    },
  }
}
