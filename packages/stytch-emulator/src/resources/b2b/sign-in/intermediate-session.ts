import { type NewFactor } from '../../sessions/factors/factor.js';
import { type ExpiringToken } from '../../sign-in/expiring-tokens.js';

/**
 * What somebody has proven on the way to a session: after discovery, or at an organization that asks for more. It
 * belongs to an email address, not to a member.
 */
export interface IntermediateSession extends ExpiringToken {
  readonly emailAddress: string;
  readonly factors: readonly NewFactor[];
}
