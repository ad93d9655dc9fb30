/** A provider of Stytch's consumer projects, by its name in the API. */
export type StytchOAuthProvider =
  | 'amazon'
  | 'apple'
  | 'bitbucket'
  | 'coinbase'
  | 'discord'
  | 'facebook'
  | 'figma'
  | 'github'
  | 'gitlab'
  | 'google'
  | 'linkedin'
  | 'microsoft'
  | 'salesforce'
  | 'slack'
  | 'snapchat'
  | 'tiktok'
  | 'twitch'
  | 'twitter'
  | 'yahoo';

/** The providers with their own spelling. */
export const oauthProviders: Readonly<Record<StytchOAuthProvider, string>> = {
  amazon: 'Amazon',
  apple: 'Apple',
  bitbucket: 'Bitbucket',
  coinbase: 'Coinbase',
  discord: 'Discord',
  facebook: 'Facebook',
  figma: 'Figma',
  github: 'GitHub',
  gitlab: 'GitLab',
  google: 'Google',
  linkedin: 'LinkedIn',
  microsoft: 'Microsoft',
  salesforce: 'Salesforce',
  slack: 'Slack',
  snapchat: 'Snapchat',
  tiktok: 'TikTok',
  twitch: 'Twitch',
  twitter: 'X (Twitter)',
  yahoo: 'Yahoo',
};

export const isOAuthProvider = (value: unknown): value is StytchOAuthProvider =>
  typeof value === 'string' && Object.hasOwn(oauthProviders, value);
