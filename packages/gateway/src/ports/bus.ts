/** A hint: something changed; the truth is in the store. No secret, no text of a person. [RS10] */
export type Hint =
  /** `from`: the gateway that appended and has handed the entries on already; it needs no hint of its own. */
  | { type: 'appended'; userId: string; conversation: string; from?: string }
  | { type: 'sessionsEnded'; ids: readonly string[] }
  | { type: 'served'; sessionId: string; fence: number }
  | { type: 'cancel'; userId: string; run: string }

/** Carries hints between the connections of a node, and between nodes. Losing one costs delay and nothing else. [RS10] */
export interface Bus {
  /** Never rejects for want of listeners. Rejects with `GatewayError('unavailable')` when the hint cannot leave. */
  publish(hint: Hint): Promise<void>
  /** Calls `listener` for every hint published anywhere from now on, at least once and in no promised order. */
  subscribe(listener: (hint: Hint) => void): () => void
}
