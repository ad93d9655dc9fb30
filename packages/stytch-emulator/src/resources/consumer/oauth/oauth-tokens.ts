import { type EmulatorClock, nowSeconds } from '../../../clock.js';
import { type Identifiers } from '../../../identifiers.js';
import { Entries } from '../../../project/entries.js';
import { type OAuthProviderName } from '../users/oauth-provider.js';
import { type AttachToken, type OAuthToken, type SignInToken } from './oauth-token.js';

// How long the tokens are valid is not documented.
const signInTokenSeconds = 5 * 60;
const attachTokenSeconds = 60 * 60;
// Anyone who reaches the provider page can create tokens. The oldest ones are deleted.
const maxTokens = 1000;

/** The tokens that were issued. A token is deleted when it is used or has expired. */
export class OAuthTokens {
  readonly entries = new Entries<OAuthToken>(({ token }) => token);

  constructor(
    private readonly identifiers: Identifiers,
    private readonly clock: EmulatorClock,
  ) {}

  issueForSignIn(content: Omit<SignInToken, 'kind' | 'token' | 'expiresAtSeconds'>): string {
    return this.add({ kind: 'sign-in', ...content, ...this.newToken(signInTokenSeconds) });
  }

  issueForAttach(content: Omit<AttachToken, 'kind' | 'token' | 'expiresAtSeconds'>): string {
    return this.add({ kind: 'attach', ...content, ...this.newToken(attachTokenSeconds) });
  }

  findForSignIn(token: string): SignInToken | undefined {
    const found = this.findValid(token);
    return found?.kind === 'sign-in' ? found : undefined;
  }

  findForAttach(token: string, provider: OAuthProviderName): AttachToken | undefined {
    const found = this.findValid(token);
    return found?.kind === 'attach' && found.provider === provider ? found : undefined;
  }

  use(token: OAuthToken): void {
    this.entries.delete(token);
  }

  deleteAllOf(userId: string): void {
    for (const token of this.entries.all()) if (token.userId === userId) this.entries.delete(token);
  }

  removeExpired(): void {
    for (const token of this.entries.all()) if (!this.isValid(token)) this.entries.delete(token);
  }

  private newToken(lifetimeSeconds: number): { token: string; expiresAtSeconds: number } {
    return {
      token: this.identifiers.token(),
      expiresAtSeconds: nowSeconds(this.clock) + lifetimeSeconds,
    };
  }

  private add(token: OAuthToken): string {
    this.entries.set(token);
    for (const oldest of this.entries.all().slice(0, -maxTokens)) this.entries.delete(oldest);
    return token.token;
  }

  private findValid(token: string): OAuthToken | undefined {
    const found = this.entries.get(token);
    return found && this.isValid(found) ? found : undefined;
  }

  private isValid({ expiresAtSeconds }: OAuthToken): boolean {
    return nowSeconds(this.clock) < expiresAtSeconds;
  }
}
