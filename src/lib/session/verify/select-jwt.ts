import type { JwtVerdict } from './session-jwt-verifier.js';
import type { VerifiedJwt } from './verify-session-jwt.js';

export type PickedVerdict = JwtVerdict | { readonly verdict: 'ambiguous' };

/**
 * The one verdict that counts when a browser sent several values of the cookie (an older one of
 * another path or domain, or one tossed in by a sibling subdomain). Forged ones are ignored; of one
 * session the newest counts; of different sessions none, since choosing would be guessing who it is.
 * A session that has ended or was signed out here is nobody's any more, and left out where another
 * is at hand.
 */
export function pickJwt(
  verdicts: readonly JwtVerdict[],
  isDenied: (verified: VerifiedJwt) => boolean,
): PickedVerdict {
  const [only] = verdicts;
  if (verdicts.length === 1 && only !== undefined) return only;
  const allSigned = verdicts.filter((verdict) => 'verified' in verdict);
  const current = allSigned.filter(({ verdict, verified }) => verdict !== 'ended' && !isDenied(verified));
  const signed = current.length > 0 ? current : allSigned;
  const [first] = signed;
  if (first === undefined) return mostTelling(verdicts);
  if (signed.some(({ verified }) => !isOfSameSession(verified, first.verified)))
    return { verdict: 'ambiguous' };
  return signed.reduce((newest, next) =>
    next.verified.issuedAtSeconds > newest.verified.issuedAtSeconds ? next : newest,
  );
}

const isOfSameSession = (
  { session: one }: { session: { sessionId: string; userId: string } },
  { session: other }: { session: { sessionId: string; userId: string } },
) => one.sessionId === other.sessionId && one.userId === other.userId;

/** With nothing verified: "cannot tell" goes before "known to be no session". */
function mostTelling(verdicts: readonly JwtVerdict[]): JwtVerdict {
  return (
    verdicts.find(({ verdict }) => verdict === 'from_the_future') ??
    verdicts.find(({ verdict }) => verdict === 'no_keys') ??
    verdicts.find(({ verdict }) => verdict === 'unknown_key') ??
    verdicts[0] ?? { verdict: 'invalid' }
  );
}
