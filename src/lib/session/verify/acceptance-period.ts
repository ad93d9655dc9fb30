import type { ResolvedOptions } from '../../options/resolve-options.js';
import { maxJwtLifetimeSeconds } from './check-acceptance.js';

/** How long after it was issued a session JWT may be accepted, at most, by clocks that differ. */
export const acceptancePeriodMs = ({
  session,
  outage,
}: Pick<ResolvedOptions, 'session' | 'outage'>): number =>
  (maxJwtLifetimeSeconds + session.clockSkewSeconds + outage.graceSeconds) * 1000;
