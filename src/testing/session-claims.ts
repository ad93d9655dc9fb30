import type { AuthenticationFactor, Impersonator, MemberSession, UserSession } from '../lib/index.js';
import { sessionClaim, subjectOf } from '../lib/internal.js';
import { organizationClaims } from './an-organization.js';

/** What a session is made of, without what is read from its factors. */
export type SessionParts =
  Omit<UserSession, 'email' | 'unconfirmed'> | Omit<MemberSession, 'email' | 'unconfirmed'>;

/** The claims of a session JWT that a session is read from. */
export function sessionClaims(session: SessionParts) {
  const { sessionId, startedAt, expiresAt, authenticationFactors, roles, customClaims, impersonator } =
    session;
  return {
    ...customClaims,
    sub: subjectOf(session).id,
    ...(session.kind === 'member' && organizationClaims(session.organization)),
    [sessionClaim]: {
      id: sessionId,
      started_at: startedAt,
      expires_at: expiresAt,
      authentication_factors: authenticationFactors.map((factor) => factorClaim(factor, impersonator)),
      roles,
    },
  };
}

function factorClaim(
  { type, deliveryMethod, lastAuthenticatedAt, emailAddress, phoneNumber, claim }: AuthenticationFactor,
  impersonator: Impersonator | undefined,
) {
  return {
    ...claim,
    type,
    delivery_method: deliveryMethod,
    last_authenticated_at: lastAuthenticatedAt,
    ...(emailAddress !== undefined && { email_factor: { email_address: emailAddress } }),
    ...(phoneNumber !== undefined && { phone_number_factor: { phone_number: phoneNumber } }),
    ...(type === 'impersonated' && {
      impersonated_factor: {
        impersonator_id: impersonator?.id,
        impersonator_email_address: impersonator?.emailAddress,
      },
    }),
  };
}
