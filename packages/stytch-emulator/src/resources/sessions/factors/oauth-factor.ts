import {
  oauthProviders,
  type OAuthProviderName,
  type OAuthRegistration,
} from '../../oauth/oauth-provider.js';

/** An account at an identity provider. */
export interface OAuthFactor {
  readonly type: 'oauth';
  readonly deliveryMethod: `oauth_${OAuthProviderName}`;
  readonly registration: OAuthRegistration;
  /** Of the address that the provider has verified; null if it returned none. */
  readonly emailId: string | null;
  /** The workspaces of the provider that the account belongs to; in B2B projects only. */
  readonly tenantIds?: readonly string[];
}

type FactorField = (typeof oauthProviders)[OAuthProviderName]['factorField'];

export type OAuthDetails = {
  [Field in FactorField]?: { id: string; provider_subject: string; email_id: string };
};

export function oauthDetails({ registration, emailId }: OAuthFactor): OAuthDetails {
  const { registrationId, provider, subject } = registration;
  return {
    [oauthProviders[provider].factorField]: {
      id: registrationId,
      provider_subject: subject,
      email_id: emailId ?? '',
    },
  };
}
