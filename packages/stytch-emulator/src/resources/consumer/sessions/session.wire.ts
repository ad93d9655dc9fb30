import { toTimestamp } from '../../../wire/json.js';
import { rolesOf, type User } from '../users/user.js';
import { sandboxSessionId, sandboxStartedAt } from './sandbox-session.js';
import { type Factor, type Session } from './session.js';

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

function factorToWire(factor: Factor) {
  return {
    ...factorToClaim(factor),
    created_at: toTimestamp(factor.createdAtSeconds),
    updated_at: toTimestamp(factor.updatedAtSeconds),
  };
}

/** A factor in a session JWT, which has no `created_at` and `updated_at`. */
export function factorToClaim(factor: Factor) {
  return {
    type: factor.type,
    delivery_method: factor.deliveryMethod,
    last_authenticated_at: toTimestamp(factor.lastAuthenticatedAtSeconds),
    ...(factor.emailFactor && {
      email_factor: { email_id: factor.emailFactor.emailId, email_address: factor.emailFactor.address },
    }),
    ...(factor.embeddedId !== undefined && {
      embeddable_magic_link_factor: { embedded_id: factor.embeddedId },
    }),
  };
}
