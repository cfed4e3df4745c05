import type { AgentMessage } from '@symphainy/protocol'
import type { ShownMessage } from '@symphainy/client'
import type { ReactNode, RefObject } from 'react'
import type { UnifiedAgentChat } from '../chat/useUnifiedAgentChat.js'
import type { ChatPanelTexts } from './chatPanelTexts.js'

/** Where unsent texts are kept, by conversation (`new` for one in which nothing was said). */
export interface Drafts {
  load(conversation: string): string
  /** An empty text removes the draft. */
  save(conversation: string, text: string): void
}

export interface RenderedLog {
  messages: readonly ShownMessage[]
  renderMessage: (message: ShownMessage) => ReactNode
  /** The element that scrolls. */
  scroller: RefObject<HTMLDivElement | null>
  /** Whether the reader is at the end, and new text should keep the end in view. */
  isAtEnd: () => boolean
  /** Call it when the rendered log itself keeps in place what is in view while earlier messages come in above. */
  keepPlace: () => void
}

/** Decoration before the words of a button; hide it from assistive technology. */
export type ChatPanelIcons = Partial<Record<'conversations' | 'newConversation' | 'send' | 'stop' | 'jump', ReactNode>>

export type RenderText = (text: string, context: { streaming: boolean; message: AgentMessage }) => ReactNode

export interface ChatPanelProps {
  /** @default CHAT_PANEL_TEXTS (English) */
  texts?: ChatPanelTexts | undefined
  icons?: ChatPanelIcons | undefined
  /** Shows an agent's text. A person's text is always plain. @default plain text */
  renderText?: RenderText | undefined
  /** Shows the messages of the log, for instance only those in view. @default all of them, in order */
  renderLog?: ((log: RenderedLog) => ReactNode) | undefined
  /** Shown while nothing has been said. @default one sentence */
  renderEmpty?: ((chat: UnifiedAgentChat) => ReactNode) | undefined
  /** The list of conversations; call `close` when one was chosen. It must be a list named "Conversations". @default titles that open */
  renderConversations?: ((chat: UnifiedAgentChat, close: () => void) => ReactNode) | undefined
  /** @default drafts live as long as the panel */
  drafts?: Drafts | undefined
}
