import { type ExpiringToken } from '../../sign-in/expiring-tokens.js';
import { type OAuthProviderName } from '../../oauth/oauth-provider.js';

/** The token in the redirect to the application, to be exchanged for the user. */
export interface SignInToken extends ExpiringToken {
  readonly kind: 'sign-in';
  readonly userId: string;
  readonly registrationId: string;
  /** Of the address that the provider has verified; null if it returned none. */
  readonly emailId: string | null;
  readonly codeChallenge: string | null;
  readonly scopes: readonly string[];
}

/** The token that starts an OAuth flow for an existing user. */
export interface AttachToken extends ExpiringToken {
  readonly kind: 'attach';
  readonly userId: string;
  readonly provider: OAuthProviderName;
}

export type OAuthToken = SignInToken | AttachToken;
