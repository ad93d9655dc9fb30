import { createHmac } from 'node:crypto';
import { nowSeconds } from '../../clock.js';
import { type Project } from '../../project/project.js';
import { toTimestamp } from '../../wire/json.js';
import { oauthProviders, type OAuthRegistration } from './oauth-provider.js';

const accessTokenSeconds = 3600;

/** What the provider issues for its own API. No API accepts the tokens. */
export function providerValues(
  { identifiers, clock, credentials }: Project,
  { provider, subject }: OAuthRegistration,
  { scopes, email }: { scopes: readonly string[]; email: string | undefined },
) {
  const issuedAt = nowSeconds(clock);
  const expiresAt = issuedAt + accessTokenSeconds;
  const claims = {
    iss: `https://${provider}.example`,
    aud: credentials.projectId,
    sub: subject,
    iat: issuedAt,
    exp: expiresAt,
    ...(email !== undefined && { email, email_verified: true }),
  };
  return {
    access_token: identifiers.token(),
    refresh_token: identifiers.token(),
    id_token: oauthProviders[provider].hasIdToken ? signed(claims, identifiers.token()) : '',
    scopes,
    expires_at: toTimestamp(expiresAt),
  };
}

/** Not with the keys of the project: only Stytch's own tokens are signed with them. */
function signed(claims: object, key: string): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signingInput = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${signingInput}.${createHmac('sha256', key).update(signingInput).digest('base64url')}`;
}
