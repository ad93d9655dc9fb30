import { nowSeconds } from '../../clock.js';
import { refuse } from '../../wire/api-error.js';
import { type ApiCall } from '../../wire/operation.js';
import { isSecretOf } from '../client-secret.js';
import { isPublic } from '../connected-apps/connected-app.js';
import { type ClientContext } from '../client-context.js';
import { readClientCredentials, refuseClient } from './client-credentials.js';

/**
 * The introspection endpoint (RFC 7662). A token is active for the client that it was issued to. That M2M
 * clients may call it, for tokens of their own, is not documented.
 */
export function introspectToken(context: ClientContext, call: ApiCall) {
  const clientId = authenticateClient(context, call);
  const token = call.fields.string('token') ?? refuse(400, 'invalid_request', 'token is required.');
  const claims = context.jwts.verify(token);
  if (!claims || !isActive(context, claims, clientId)) return { active: false };
  const shown = Object.entries(claims).filter(([name]) => name !== 'jti');
  return {
    ...Object.fromEntries(shown),
    active: true,
    client_id: clientId,
    token_type: 'access_token',
  };
}

/** Public apps have no secret. */
function authenticateClient({ connectedApps, m2mClients }: ClientContext, call: ApiCall): string {
  const { clientId, clientSecret } = readClientCredentials(call);
  const app = connectedApps.find(clientId);
  if (app && isPublic(app)) return clientSecret === undefined ? clientId : refuseClient();
  const m2mClient = m2mClients.find(clientId);
  const client = app ?? (m2mClient?.status === 'active' ? m2mClient : undefined);
  return client && clientSecret !== undefined && isSecretOf(client, clientSecret) ? clientId : refuseClient();
}

/** Session JWTs have no scope. M2M tokens have no `client_id`, and no `jti` that could be revoked. */
function isActive(
  { connectedApps, jwts, clock }: ClientContext,
  claims: Record<string, unknown>,
  clientId: string,
): boolean {
  const { sub, exp, scope } = claims;
  if (claims['iss'] !== jwts.issuer || !jwts.isForThisProject(claims)) return false;
  if (typeof scope !== 'string' || typeof exp !== 'number' || exp <= nowSeconds(clock)) return false;
  const app = connectedApps.find(clientId);
  return app
    ? claims['client_id'] === clientId && connectedApps.isActiveToken(app, sub, claims['jti'])
    : claims['client_id'] === undefined && sub === clientId;
}
