import { toTimestamp } from '../../../wire/json.js';
import { type NewFactor } from '../../sessions/factors/factor.js';
import { type B2B } from '../b2b.js';
import { discoverOrganizations } from './discovered-organizations.js';

/** Starts an intermediate session. This is the response of all operations that authenticate for discovery. */
export function startDiscovery(b2b: B2B, emailAddress: string, factor: NewFactor) {
  const session = b2b.intermediateSessions.start(emailAddress, [factor]);
  return {
    email_address: emailAddress,
    intermediate_session_token: session.token,
    intermediate_session_token_expires_at: toTimestamp(session.expiresAtSeconds),
    discovered_organizations: discoverOrganizations(b2b, session),
  };
}
