import type { AuthenticationFactor, Impersonator, UserSession } from '../lib/index.js';
import { sessionClaim } from '../lib/internal.js';

/** The claims of a session JWT that a session is read from. */
export function sessionClaims({
  userId,
  sessionId,
  startedAt,
  expiresAt,
  authenticationFactors,
  roles,
  customClaims,
  impersonator,
}: Omit<UserSession, 'kind' | 'email' | 'unconfirmed'>) {
  return {
    ...customClaims,
    sub: userId,
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
