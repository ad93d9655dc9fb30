import { createHash } from 'node:crypto';
import { refuse } from '../api/api-error.js';

/** @throws {ApiError} `invalid_pkce_code_challenge` for what cannot be the S256 challenge of any verifier */
export function checkedCodeChallenge(challenge: string | undefined): string | null {
  if (challenge === undefined) return null;
  if (/^[\w-]{43}$/.test(challenge)) return challenge;
  return refuse(
    'invalid_pkce_code_challenge',
    'code_challenge must be the base64url of a SHA-256 hash, without padding.',
  );
}

/**
 * Passes when the verifier fits the challenge, or when there is neither.
 *
 * @throws {ApiError} `pkce_expected_code_verifier`, `pkce_did_not_expect_code_verifier`,
 *   `invalid_pkce_code_verifier` (RFC 7636: 43 to 128 unreserved characters), `pkce_mismatch`
 */
export function checkCodeVerifier(challenge: string | null, verifier: string | undefined): void {
  if (verifier !== undefined && !/^[\w.~-]{43,128}$/.test(verifier)) {
    refuse('invalid_pkce_code_verifier', 'pkce: code_verifier must be 43 to 128 unreserved characters.');
  }
  if (challenge === null && verifier === undefined) return;
  if (challenge === null) {
    refuse('pkce_did_not_expect_code_verifier', 'pkce: this flow was started without a code_challenge.');
  }
  if (verifier === undefined) {
    return refuse('pkce_expected_code_verifier', 'pkce: this flow was started with a code_challenge.');
  }
  if (createHash('sha256').update(verifier).digest('base64url') !== challenge) {
    refuse('pkce_mismatch', 'pkce: code_verifier does not fit the code_challenge of this flow.');
  }
}
