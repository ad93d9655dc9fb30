import { ExpiringTokens } from '../../sign-in/expiring-tokens.js';
import { type OAuthToken } from './oauth-token.js';

// How long the tokens are valid is not documented.
const tokenSeconds = 5 * 60;

export class OAuthTokens extends ExpiringTokens<OAuthToken> {
  issue(content: Omit<OAuthToken, 'token' | 'expiresAtSeconds'>): string {
    return this.add({ ...content, ...this.newToken(tokenSeconds) }).token;
  }
}
