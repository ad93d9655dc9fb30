import { ExpiringTokens } from '../../sign-in/expiring-tokens.js';
import { type OAuthProviderName } from '../../oauth/oauth-provider.js';
import { type AttachToken, type OAuthToken, type SignInToken } from './oauth-token.js';

// How long the tokens are valid is not documented.
const signInTokenSeconds = 5 * 60;
const attachTokenSeconds = 60 * 60;

export class OAuthTokens extends ExpiringTokens<OAuthToken> {
  issueForSignIn(content: Omit<SignInToken, 'kind' | 'token' | 'expiresAtSeconds'>): string {
    return this.add({ kind: 'sign-in', ...content, ...this.newToken(signInTokenSeconds) }).token;
  }

  issueForAttach(content: Omit<AttachToken, 'kind' | 'token' | 'expiresAtSeconds'>): string {
    return this.add({ kind: 'attach', ...content, ...this.newToken(attachTokenSeconds) }).token;
  }

  findForSignIn(token: string): SignInToken | undefined {
    const found = this.find(token);
    return found?.kind === 'sign-in' ? found : undefined;
  }

  findForAttach(token: string, provider: OAuthProviderName): AttachToken | undefined {
    const found = this.find(token);
    return found?.kind === 'attach' && found.provider === provider ? found : undefined;
  }

  deleteAllOf(userId: string): void {
    this.deleteWhere((token) => token.userId === userId);
  }
}
