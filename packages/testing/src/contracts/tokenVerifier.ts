import assert from 'node:assert/strict'
import { GatewayError, type Principal, type TokenVerifier } from '@symphainy/gateway'
import { contract, type ContractCase } from './contract.js'

/** A verifier, and tokens whose nature the maker of the subject knows. */
export interface VerifierSubject {
  verifier: TokenVerifier
  /** A token that stands for `principal` now. */
  valid: { token: string; principal: Principal }
  /** A token that was valid once. */
  expired: string
  /** A token of a session that was ended here with reason `revoked`. */
  revoked: string
  /** A verifier whose store or key endpoint is away, and a token that it would have to look up. */
  unreachable: { verifier: TokenVerifier; token: string }
}

/** What every TokenVerifier must do. */
export const tokenVerifierContract: readonly ContractCase<VerifierSubject>[] = contract<VerifierSubject>({
  '[AU8] knows a valid token, again and again': async ({ verifier, valid }) => {
    for (let round = 0; round < 3; round += 1) assert.deepEqual(await verifier.verify(valid.token), { status: 'valid', principal: valid.principal })
  },
  '[AU3] an expired token is invalid': async ({ verifier, expired }) => {
    assert.deepEqual(await verifier.verify(expired), { status: 'invalid', reason: 'expired' })
  },
  '[SE2] a revoked one is invalid, with the reason': async ({ verifier, revoked }) => {
    assert.deepEqual(await verifier.verify(revoked), { status: 'invalid', reason: 'revoked' })
  },
  '[AU8] rubbish, blanks, the placeholder and a token with one character changed are invalid, never an error': async ({ verifier, valid }) => {
    const middle = Math.floor(valid.token.length / 2)
    const changed = valid.token.slice(0, middle) + (valid.token[middle] === 'A' ? 'B' : 'A') + valid.token.slice(middle + 1)
    for (const token of ['', ' ', 'token_placeholder', 'a.b.c', '..', '\u0000', '💥', 'x'.repeat(100_000), changed, `${valid.token}x`, ` ${valid.token}`]) {
      assert.deepEqual(await verifier.verify(token), { status: 'invalid', reason: 'unauthenticated' }, JSON.stringify(token.slice(0, 40)))
    }
  },
  '[AU3] not knowing is no "invalid": it rejects with unavailable': async ({ unreachable }) => {
    await assert.rejects(unreachable.verifier.verify(unreachable.token), (error) => error instanceof GatewayError && error.code === 'unavailable')
  },
  '[L12] no error and no answer holds the token': async ({ verifier, unreachable, expired }) => {
    assert.ok(!JSON.stringify(await verifier.verify(expired)).includes(expired))
    await unreachable.verifier.verify(unreachable.token).catch((error: Error) => assert.ok(!`${error.message}${error.stack ?? ''}`.includes(unreachable.token)))
  },
})
