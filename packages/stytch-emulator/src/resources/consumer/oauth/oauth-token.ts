import { type OAuthProviderName } from '../users/oauth-provider.js';

/** The token in the redirect to the application, to be exchanged for the user. */
export interface SignInToken {
  readonly kind: 'sign-in';
  readonly token: string;
  readonly userId: string;
  readonly registrationId: string;
  /** Of the address that the provider has verified; null if it returned none. */
  readonly emailId: string | null;
  readonly codeChallenge: string | null;
  readonly scopes: readonly string[];
  readonly expiresAtSeconds: number;
}

/** The token that starts an OAuth flow for an existing user. */
export interface AttachToken {
  readonly kind: 'attach';
  readonly token: string;
  readonly userId: string;
  readonly provider: OAuthProviderName;
  readonly expiresAtSeconds: number;
}

export type OAuthToken = SignInToken | AttachToken;
