import type { Session } from '../identity/session.js';

/** For how long after the sign-in its link leads on when it is opened again. */
const maxAgeMs = 60_000;

/**
 * Whether the session got a factor of this type just now. Someone who clicks a link twice may reach another instance
 * with the second click, which has no memory of the first.
 */
export function hasRecentFactor(
  { authenticationFactors, startedAt }: Session,
  type: string,
  nowMs: number,
): boolean {
  return authenticationFactors.some(
    (factor) =>
      factor.type === type && nowMs - Date.parse(factor.lastAuthenticatedAt ?? startedAt) < maxAgeMs,
  );
}
