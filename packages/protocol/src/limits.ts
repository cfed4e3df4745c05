/** The limits of FR2 and FR3. They stand in `ready`, so that a client never guesses them. */
export interface Limits {
  /** Largest inbound frame, in bytes. Beyond it the platform closes with 1009. */
  frameBytes: number
  /** Longest message text, in UTF-16 code units (`string.length`). */
  messageUnits: number
  /** Longest message text, in UTF-8 bytes. */
  messageBytes: number
  /** Messages a second that one connection may send in the long run. */
  messagesPerSecond: number
  /** Messages that one connection may send at once. */
  messageBurst: number
  /** Conversations that one connection may be subscribed to at a time. */
  subscriptions: number
}

export const DEFAULT_LIMITS: Limits = {
  frameBytes: 256 * 1024,
  messageUnits: 32_768,
  messageBytes: 128 * 1024,
  messagesPerSecond: 5,
  messageBurst: 10,
  subscriptions: 32,
}

/** [FR3] How long a client may hear and send nothing before it asks, in milliseconds. */
export interface HeartbeatMs {
  visible: number
  hidden: number
}

export const DEFAULT_HEARTBEAT_MS: HeartbeatMs = { visible: 20_000, hidden: 45_000 }

/** [FR3] The platform drops a peer that has said nothing for so long, in milliseconds. */
export const PEER_SILENCE_MS = 75_000

/** [FR2] A snapshot holds so many of the newest messages at most … */
export const SNAPSHOT_MESSAGES = 50
/** … and so many bytes of JSON at most. */
export const SNAPSHOT_BYTES: number = 512 * 1024
/** [FR2] An agent's event above this many bytes ends its run with `event_too_large`. */
export const EVENT_BYTES: number = 256 * 1024
/** [FR4] How deep a frame's JSON may nest. */
export const FRAME_DEPTH = 32

/** [AU6] A ticket's life, in milliseconds. */
export const TICKET_TTL_MS = 30_000
/** [AU6] The validation's ticket is used only while it is younger than this, in milliseconds. */
export const TICKET_FRESH_MS = 20_000

/** Ids of messages, conversations and runs: made by clients, 8 to 64 of these characters. */
export const ID_PATTERN: RegExp = /^[A-Za-z0-9_-]{8,64}$/

/** The user's own log: conversations made, renamed, answered and deleted. */
export const USER_LOG = '@user'

/** Whether a text is within the message limits. Cheap first: most texts never reach the byte count. */
export function fitsMessage(text: string, limits: Limits): boolean {
  if (text.length > limits.messageUnits) return false
  if (text.length * 3 <= limits.messageBytes) return true
  return new TextEncoder().encode(text).length <= limits.messageBytes
}
