import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';

/** Stytch accepts no shorter duration. */
const minDurationMinutes = 5;

/**
 * The session duration to request with a refresh, or `undefined` to leave the expiry unchanged. It
 * does not exceed `session.maxLifetimeMinutes`, measured from the start of the session. An opaque
 * token does not tell the start; a session refreshed by it may last longer at Stytch than this
 * application accepts it.
 *
 * @param current the JWT that is refreshed; omitted for an opaque token
 */
export function extensionMinutes(
  { session, clock }: Pick<ResolvedOptions, 'session' | 'clock'>,
  current?: VerifiedJwt,
): number | undefined {
  const { extendOnRefresh, durationMinutes, maxLifetimeMinutes } = session;
  if (!extendOnRefresh) return undefined;
  const nowSeconds = clock.nowMs() / 1000;
  const ageMinutes = current === undefined ? 0 : (nowSeconds - current.sessionStartedAtSeconds) / 60;
  const minutes = Math.floor(Math.min(durationMinutes, (maxLifetimeMinutes ?? Infinity) - ageMinutes));
  return minutes >= minDurationMinutes ? minutes : undefined;
}
