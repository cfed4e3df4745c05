import type { SignedOutReason, User } from '@symphainy/protocol'

/** Whom a credential stands for. */
export interface Principal {
  sessionId: string
  user: User
  /** Milliseconds since the Unix epoch by the platform's clock. */
  expiresAt: number
}

export type Verification =
  | { status: 'valid'; principal: Principal }
  | { status: 'invalid'; reason: 'unauthenticated' | Exclude<SignedOutReason, 'ticket_invalid'> }

/** Says whom a credential stands for: our own sessions, or those of another issuer. [AU8] */
export interface TokenVerifier {
  /**
   * Resolves with valid or invalid. Rejects with `GatewayError('unavailable')` when it cannot know (store or key
   * endpoint away): never "invalid" for that, since it would sign people out. [AU3]
   * @param options `device`: the id that the client keeps, for issuers whose tokens name no session. [AU8]
   */
  verify(token: string, options?: { device?: string }): Promise<Verification>
}
