import type { JwtVerificationResult } from './session-jwt-verifier.js';
import { isSameSession, type VerifiedJwt } from './verified-jwt.js';

export type SelectedJwtResult = JwtVerificationResult | { readonly kind: 'ambiguous' };

/**
 * Selects the deciding result if the browser sent several values of the cookie: an older one with
 * another path or domain, or one set by a sibling subdomain. Unverified values are ignored, and so are
 * those whose times could not be checked. Expired and denied sessions are ignored if another session is present. Among JWTs of one session the newest
 * counts; different sessions are ambiguous.
 */
export function selectJwt(
  results: readonly JwtVerificationResult[],
  isDenied: (verified: VerifiedJwt) => boolean,
): SelectedJwtResult {
  const [only] = results;
  if (results.length === 1 && only !== undefined) return only;
  const verifiedResults = results.filter(isTimeChecked);
  const active = verifiedResults.filter(
    ({ kind, verified }) => kind !== 'session_expired' && !isDenied(verified),
  );
  const candidates = active.length > 0 ? active : verifiedResults;
  const [first] = candidates;
  if (first === undefined) return mostSpecific(results);
  if (candidates.some(({ verified }) => !isSameSession(verified, first.verified))) {
    return { kind: 'ambiguous' };
  }
  return candidates.reduce((newest, next) =>
    next.verified.issuedAtSeconds > newest.verified.issuedAtSeconds ? next : newest,
  );
}

const isTimeChecked = (result: JwtVerificationResult) =>
  result.kind === 'valid' || result.kind === 'expired' || result.kind === 'session_expired';

/** If no JWT verified, "unknown" (503) takes precedence over "invalid" (401). */
function mostSpecific(results: readonly JwtVerificationResult[]): JwtVerificationResult {
  return (
    results.find(({ kind }) => kind === 'clock_untrusted') ??
    results.find(({ kind }) => kind === 'issued_in_future') ??
    results.find(({ kind }) => kind === 'no_keys') ??
    results.find(({ kind }) => kind === 'key_not_fetched') ??
    results.find(({ kind }) => kind === 'unusable') ??
    results.find(({ kind }) => kind === 'unknown_key') ??
    results[0] ?? { kind: 'invalid' }
  );
}
