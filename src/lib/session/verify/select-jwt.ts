import type { JwtVerificationResult } from './session-jwt-verifier.js';
import type { VerifiedJwt } from './verify-session-jwt.js';

export type SelectedJwtResult = JwtVerificationResult | { readonly kind: 'ambiguous' };

/**
 * The one result that counts when a browser sent several values of the cookie (an older one of
 * another path or domain, or one tossed in by a sibling subdomain). Forged ones are ignored; of one
 * session the newest counts; of different sessions none, since choosing would be guessing who it is.
 * A session that has ended or was signed out here is nobody's any more, and left out where another
 * is at hand.
 */
export function selectJwt(
  results: readonly JwtVerificationResult[],
  isDenied: (verified: VerifiedJwt) => boolean,
): SelectedJwtResult {
  const [only] = results;
  if (results.length === 1 && only !== undefined) return only;
  const verifiedResults = results.filter((result) => 'verified' in result);
  const current = verifiedResults.filter(
    ({ kind, verified }) => kind !== 'session_expired' && !isDenied(verified),
  );
  const candidates = current.length > 0 ? current : verifiedResults;
  const [first] = candidates;
  if (first === undefined) return mostSpecific(results);
  if (candidates.some(({ verified }) => !isOfSameSession(verified, first.verified)))
    return { kind: 'ambiguous' };
  return candidates.reduce((newest, next) =>
    next.verified.issuedAtSeconds > newest.verified.issuedAtSeconds ? next : newest,
  );
}

const isOfSameSession = (
  { session: one }: { session: { sessionId: string; userId: string } },
  { session: other }: { session: { sessionId: string; userId: string } },
) => one.sessionId === other.sessionId && one.userId === other.userId;

/** With nothing verified: "unknown" goes before "known to be no session". */
function mostSpecific(results: readonly JwtVerificationResult[]): JwtVerificationResult {
  return (
    results.find(({ kind }) => kind === 'issued_in_future') ??
    results.find(({ kind }) => kind === 'no_keys') ??
    results.find(({ kind }) => kind === 'unknown_key') ??
    results[0] ?? { kind: 'invalid' }
  );
}
