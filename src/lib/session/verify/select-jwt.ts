import type { JwtVerificationResult } from './session-jwt-verifier.js';
import { areOfOneSession, newestOf, type VerifiedJwt } from './verified-jwt.js';

export type SelectedJwtResult = JwtVerificationResult | { readonly kind: 'ambiguous' };

/** Verified, and its times could be checked. */
type CheckedResult = Extract<
  JwtVerificationResult,
  { readonly kind: 'valid' | 'expired' | 'session_expired' }
>;

/**
 * Selects the deciding result if the browser sent several values of the cookie: an older one with
 * another path or domain, or one set by a sibling subdomain. Values that can't be checked are ignored beside
 * an active session, and so are sessions that are expired or refused. Among JWTs of one session the newest counts;
 * different sessions are ambiguous.
 *
 * An expired or refused session decides only if every other value was checked or is certainly invalid:
 * the cookies are cleared then, and an undecided value may be the person's active session.
 */
export function selectJwt(
  results: readonly JwtVerificationResult[],
  isRefused: (verified: VerifiedJwt) => boolean,
): SelectedJwtResult {
  const [only] = results;
  if (results.length === 1 && only !== undefined) return only;
  const checked = results.filter(isTimeChecked);
  const active = checked.filter(({ kind, verified }) => kind !== 'session_expired' && !isRefused(verified));
  if (!areOfOneSession(active)) return { kind: 'ambiguous' };
  return newestOf(active) ?? undecided(results) ?? newestOf(checked) ?? { kind: 'invalid' };
}

export const isTimeChecked = (result: SelectedJwtResult): result is CheckedResult =>
  result.kind === 'valid' || result.kind === 'expired' || result.kind === 'session_expired';

/** A JWT of which it is not known whether it is a session. "Unknown" (503) takes precedence. */
function undecided(results: readonly JwtVerificationResult[]): JwtVerificationResult | undefined {
  return (
    results.find(({ kind }) => kind === 'clock_untrusted') ??
    results.find(({ kind }) => kind === 'issued_in_future') ??
    results.find(({ kind }) => kind === 'no_keys') ??
    results.find(({ kind }) => kind === 'key_not_fetched') ??
    results.find(({ kind }) => kind === 'unusable') ??
    results.find(({ kind }) => kind === 'unknown_key')
  );
}
