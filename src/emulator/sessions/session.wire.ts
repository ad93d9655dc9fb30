import { wireTime } from '../api/json.js';
import { rolesOf, type User } from '../users/user.js';
import { type Factor, type Session } from './session.js';

/** A session as the API shows it. Its roles are those its user has now. */
export function sessionToWire(session: Session, user: User) {
  return {
    session_id: session.sessionId,
    user_id: session.userId,
    started_at: wireTime(session.startedAtSeconds),
    last_accessed_at: wireTime(session.lastAccessedAtSeconds),
    expires_at: wireTime(session.expiresAtSeconds),
    attributes: { ip_address: session.attributes.ipAddress, user_agent: session.attributes.userAgent },
    authentication_factors: session.factors.map(factorToWire),
    custom_claims: session.customClaims,
    roles: rolesOf(user),
  };
}

function factorToWire(factor: Factor) {
  return {
    ...factorToClaim(factor),
    created_at: wireTime(factor.createdAtSeconds),
    updated_at: wireTime(factor.updatedAtSeconds),
  };
}

/** Inside a JWT a factor does not say when it was created and updated. */
export function factorToClaim(factor: Factor) {
  return {
    type: factor.type,
    delivery_method: factor.deliveryMethod,
    last_authenticated_at: wireTime(factor.lastAuthenticatedAtSeconds),
    ...(factor.emailFactor && {
      email_factor: { email_id: factor.emailFactor.emailId, email_address: factor.emailFactor.address },
    }),
    ...(factor.embeddedId !== undefined && {
      embeddable_magic_link_factor: { embedded_id: factor.embeddedId },
    }),
  };
}
