/** A provider of Stytch's B2B projects, by its name in the API. */
export type StytchB2BOAuthProvider = 'github' | 'google' | 'hubspot' | 'microsoft' | 'slack';

/** The providers with their own spelling. */
export const b2bOAuthProviders: Readonly<Record<StytchB2BOAuthProvider, string>> = {
  github: 'GitHub',
  google: 'Google',
  hubspot: 'HubSpot',
  microsoft: 'Microsoft',
  slack: 'Slack',
};

export const isB2BOAuthProvider = (value: unknown): value is StytchB2BOAuthProvider =>
  typeof value === 'string' && Object.hasOwn(b2bOAuthProviders, value);
