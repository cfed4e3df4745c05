import { createHash } from 'node:crypto'
import type { GatewayEnvironment } from '../gateway.js'

/** Bytes of a session credential: 256 bits. [AU1] */
const SECRET_BYTES = 32
/** Bytes of an id that is public: 128 bits. */
const ID_BYTES = 16

/** A new credential or ticket, base64url: it may stand in a cookie, a header and a subprotocol. */
export function newSecret(environment: Pick<GatewayEnvironment, 'randomBytes'>): string {
  return Buffer.from(environment.randomBytes(SECRET_BYTES)).toString('base64url')
}

/** A new public id: it identifies and proves nothing. */
export function newId(environment: Pick<GatewayEnvironment, 'randomBytes'>): string {
  return Buffer.from(environment.randomBytes(ID_BYTES)).toString('base64url')
}

/** What is stored of a secret: its SHA-256, hex. A secret of 256 random bits needs no salt. [AU1] [AU6] */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
