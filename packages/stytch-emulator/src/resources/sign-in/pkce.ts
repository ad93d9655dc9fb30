import { createHash } from 'node:crypto';
import { refuse } from '../../wire/api-error.js';
import { type Fields } from '../../wire/fields.js';

/** @throws {ApiError} `invalid_pkce_code_challenge` if the challenge is not a base64url SHA-256 hash */
export function checkCodeChallenge(challenge: string | undefined): string | null {
  if (challenge === undefined) return null;
  if (/^[\w-]{43}$/.test(challenge)) return challenge;
  return refuse(
    400,
    'invalid_pkce_code_challenge',
    'code_challenge must be a SHA-256 hash in base64url without padding.',
  );
}

/**
 * Requires a challenge from a browser SDK, which sends one because the project requires PKCE. With which type Stytch
 * refuses a missing one is not documented.
 *
 * @throws {ApiError} `invalid_pkce_code_challenge`
 */
export function requireCodeChallenge(fields: Fields, name: 'code_challenge' | 'pkce_code_challenge'): void {
  if (fields.string(name) !== undefined) return;
  refuse(400, 'invalid_pkce_code_challenge', `pkce: ${name} is required, because the project requires PKCE.`);
}

/**
 * Requires that what a page authenticates with belongs to a flow that was started with a challenge. Otherwise, another
 * site could send the browser to the page with a token that it started, and sign it in to another account.
 *
 * @param token undefined if it is unknown, which the operation refuses
 * @throws {ApiError} `invalid_pkce_code_challenge`
 */
export function requireStartedWithChallenge(token: { codeChallenge: string | null } | undefined): void {
  if (token?.codeChallenge !== null) return;
  refuse(
    400,
    'invalid_pkce_code_challenge',
    'pkce: the sign-in was started without a code challenge, which the project requires.',
  );
}

/**
 * Checks that the verifier matches the challenge, or that neither is given.
 *
 * @throws {ApiError} `pkce_expected_code_verifier`, `pkce_did_not_expect_code_verifier`,
 *   `invalid_pkce_code_verifier` (RFC 7636: 43 to 128 unreserved characters), `pkce_mismatch`
 */
export function checkCodeVerifier(challenge: string | null, verifier: string | undefined): void {
  if (verifier !== undefined && !/^[\w.~-]{43,128}$/.test(verifier)) {
    refuse(400, 'invalid_pkce_code_verifier', 'pkce: code_verifier must be 43 to 128 unreserved characters.');
  }
  if (challenge === null && verifier === undefined) return;
  if (challenge === null) {
    refuse(
      400,
      'pkce_did_not_expect_code_verifier',
      'pkce: this sign-in was started without a code_challenge.',
    );
  }
  if (verifier === undefined) {
    return refuse(400, 'pkce_expected_code_verifier');
  }
  if (createHash('sha256').update(verifier).digest('base64url') !== challenge) {
    refuse(400, 'pkce_mismatch');
  }
}
