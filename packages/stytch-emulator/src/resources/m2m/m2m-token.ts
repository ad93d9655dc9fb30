import { nowSeconds } from '../../clock.js';
import { refuse } from '../../wire/api-error.js';
import { splitScopes } from '../../wire/scopes.js';
import { type ClientContext } from '../client-context.js';
import { type M2MClient } from './m2m-client.js';

const lifetimeSeconds = 3600;

/** An access token that is valid for one hour. */
export function issueM2MToken(
  { jwts, clock }: ClientContext,
  client: M2MClient,
  scopes: readonly string[],
  customClaims: Record<string, unknown> = {},
) {
  const access_token = jwts.sign({
    claims: { ...customClaims, scope: scopes.join(' ') },
    subject: client.clientId,
    expiresAtSeconds: nowSeconds(clock) + lifetimeSeconds,
  });
  return { access_token, token_type: 'bearer', expires_in: lifetimeSeconds };
}

/**
 * The requested scopes, or all scopes of the client if none are requested.
 *
 * @throws {ApiError} `invalid_scope` if the client does not have one of them
 */
export function grantedScopes(client: M2MClient, requested: string | undefined): string[] {
  const scopes = splitScopes(requested ?? '');
  if (scopes.length === 0) return [...client.scopes];
  if (!scopes.every((scope) => client.scopes.includes(scope))) {
    refuse(400, 'invalid_scope', 'The client does not have one of the requested scopes.');
  }
  return scopes;
}
