/** An identity provider that users sign in with. */
export interface OAuthProvider {
  /** `provider_type` in responses, and what the provider page shows. */
  readonly label: string;
  /** The field of a session's factor with the provider's details. */
  readonly factorField: `${string}_oauth_factor`;
  /** Whether the provider issues ID tokens (OpenID Connect). */
  readonly hasIdToken: boolean;
}

/** The providers with a start operation, by their name in its path. */
export const oauthProviders = {
  amazon: { label: 'Amazon', factorField: 'amazon_oauth_factor', hasIdToken: false },
  apple: { label: 'Apple', factorField: 'apple_oauth_factor', hasIdToken: true },
  bitbucket: { label: 'Bitbucket', factorField: 'bitbucket_oauth_factor', hasIdToken: false },
  coinbase: { label: 'Coinbase', factorField: 'coinbase_oauth_factor', hasIdToken: false },
  discord: { label: 'Discord', factorField: 'discord_oauth_factor', hasIdToken: false },
  facebook: { label: 'Facebook', factorField: 'facebook_oauth_factor', hasIdToken: false },
  figma: { label: 'Figma', factorField: 'figma_oauth_factor', hasIdToken: false },
  github: { label: 'GitHub', factorField: 'github_oauth_factor', hasIdToken: false },
  gitlab: { label: 'GitLab', factorField: 'git_lab_oauth_factor', hasIdToken: true },
  google: { label: 'Google', factorField: 'google_oauth_factor', hasIdToken: true },
  hubspot: { label: 'HubSpot', factorField: 'hubspot_oauth_factor', hasIdToken: false },
  linkedin: { label: 'LinkedIn', factorField: 'linked_in_oauth_factor', hasIdToken: false },
  microsoft: { label: 'Microsoft', factorField: 'microsoft_oauth_factor', hasIdToken: true },
  salesforce: { label: 'Salesforce', factorField: 'salesforce_oauth_factor', hasIdToken: true },
  slack: { label: 'Slack', factorField: 'slack_oauth_factor', hasIdToken: true },
  snapchat: { label: 'Snapchat', factorField: 'snapchat_oauth_factor', hasIdToken: false },
  tiktok: { label: 'TikTok', factorField: 'tik_tok_oauth_factor', hasIdToken: false },
  twitch: { label: 'Twitch', factorField: 'twitch_oauth_factor', hasIdToken: true },
  twitter: { label: 'Twitter', factorField: 'twitter_oauth_factor', hasIdToken: false },
  yahoo: { label: 'Yahoo', factorField: 'yahoo_oauth_factor', hasIdToken: true },
} as const satisfies Record<string, OAuthProvider>;

export type OAuthProviderName = keyof typeof oauthProviders;

/** The providers of B2B projects. */
export const b2bProviders: readonly OAuthProviderName[] = [
  'github',
  'google',
  'hubspot',
  'microsoft',
  'slack',
];

/** The providers of consumer projects. */
export const consumerProviders: readonly OAuthProviderName[] = (
  Object.keys(oauthProviders) as OAuthProviderName[]
).filter((name) => name !== 'hubspot');

/** An account at a provider that somebody signs in with. */
export interface OAuthRegistration {
  readonly registrationId: string;
  readonly provider: OAuthProviderName;
  /** The id of the account at the provider. */
  readonly subject: string;
}
