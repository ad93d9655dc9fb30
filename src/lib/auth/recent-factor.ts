import type { Session } from '../identity/session.js';

/** For how long after a sign-in its link may be opened again. */
const maxAgeMs = 60_000;

/**
 * Whether the session got a factor of this type just now. Someone who clicks a link twice may reach another instance
 * with the second click, which has no memory of the first.
 *
 * @param startedAtMs when the browser started the sign-in, if it is known: a factor from before was not added by it
 */
export function hasRecentFactor(
  { authenticationFactors, startedAt }: Session,
  type: string,
  nowMs: number,
  startedAtMs = -Infinity,
): boolean {
  return authenticationFactors.some((factor) => {
    if (factor.type !== type) return false;
    const addedAtMs = Date.parse(factor.lastAuthenticatedAt ?? startedAt);
    // Stytch states whole seconds.
    return nowMs - addedAtMs < maxAgeMs && addedAtMs + 1000 > startedAtMs;
  });
}
