import { nowSeconds } from '../../clock.js';
import { type ClientContext } from '../client-context.js';
import { type ConnectedApp } from './connected-app.js';

/** An access token with which the app acts for the user. */
export function issueConnectedAppToken(
  { jwts, clock, identifiers, connectedApps }: ClientContext,
  app: ConnectedApp,
  subjectId: string,
  scopes: string[],
  customClaims: Record<string, unknown> = {},
) {
  const tokenId = identifiers.token();
  const lifetimeSeconds = app.accessTokenExpiryMinutes * 60;
  const expiresAtSeconds = nowSeconds(clock) + lifetimeSeconds;
  const access_token = jwts.sign({
    claims: { ...customClaims, client_id: app.clientId, jti: tokenId, scope: scopes.join(' ') },
    subject: subjectId,
    expiresAtSeconds,
    audience: app.accessTokenCustomAudience === '' ? [] : [app.accessTokenCustomAudience],
  });
  connectedApps.grant(app, subjectId, scopes, { tokenId, expiresAtSeconds });
  return { access_token, token_type: 'bearer', expires_in: lifetimeSeconds };
}
