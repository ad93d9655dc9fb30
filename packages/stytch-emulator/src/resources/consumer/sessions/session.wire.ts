import { toTimestamp } from '../../../wire/json.js';
import { rolesOf, type User } from '../users/user.js';
import { factorToWire } from '../../sessions/factors/factor.js';
import { sandboxSessionId, sandboxStartedAt } from './sandbox-session.js';
import { type Session } from './session.js';

/** A session as the API returns it, with the current roles of its user. */
export function sessionToWire(session: Session, user: User) {
  return {
    session_id: session.sessionId,
    user_id: session.userId,
    started_at:
      session.sessionId === sandboxSessionId ? sandboxStartedAt : toTimestamp(session.startedAtSeconds),
    last_accessed_at: toTimestamp(session.lastAccessedAtSeconds),
    expires_at: toTimestamp(session.expiresAtSeconds),
    attributes: { ip_address: session.attributes.ipAddress, user_agent: session.attributes.userAgent },
    authentication_factors: session.factors.map(factorToWire),
    custom_claims: session.customClaims,
    roles: rolesOf(user),
  };
}
