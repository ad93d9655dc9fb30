import { type OAuthProviderName } from '../../oauth/oauth-provider.js';
import { type ExpiringToken } from '../../sign-in/expiring-tokens.js';

/** The account that was chosen at the provider. */
export interface ChosenAccount {
  readonly provider: OAuthProviderName;
  /** The id of the account at the provider. */
  readonly subject: string;
  readonly emailAddress: string;
  /** The workspaces of the provider that the account belongs to. */
  readonly tenantIds: readonly string[];
}

/** The token in the redirect to the application. */
export interface OAuthToken extends ExpiringToken {
  readonly account: ChosenAccount;
  /** Null for discovery. */
  readonly organizationId: string | null;
  readonly codeChallenge: string | null;
  readonly scopes: readonly string[];
}
