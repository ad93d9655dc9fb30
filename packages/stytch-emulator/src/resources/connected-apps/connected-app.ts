import { type ClientSecret } from '../client-secret.js';

/** Stytch's types of connected apps. */
export type ConnectedAppType = 'first_party' | 'first_party_public' | 'third_party' | 'third_party_public';

export const connectedAppTypes: readonly ConnectedAppType[] = [
  'first_party',
  'first_party_public',
  'third_party',
  'third_party_public',
];

/** An OAuth client that acts for users or members of the project. */
export interface ConnectedApp {
  readonly clientId: string;
  readonly clientType: ConnectedAppType;
  readonly clientName: string;
  readonly clientDescription: string;
  readonly redirectUrls: readonly string[];
  readonly postLogoutRedirectUrls: readonly string[];
  readonly logoUrl: string;
  readonly fullAccessAllowed: boolean;
  readonly bypassConsentForOfflineAccess: boolean;
  readonly accessTokenExpiryMinutes: number;
  /** Besides the project id; empty for none. */
  readonly accessTokenCustomAudience: string;
  readonly idTokenTemplateContent: string;
  /** Null for a public client. */
  readonly secret: ClientSecret | null;
  /** While the secret is being rotated; both are accepted. */
  readonly nextSecret: ClientSecret | null;
  /** What users or members have permitted, one entry for each of them. */
  readonly grants: readonly ConnectedAppGrant[];
}

export interface ConnectedAppGrant {
  /** The id of the user or member. */
  readonly subjectId: string;
  /** Of the last access token. */
  readonly scopes: readonly string[];
  readonly tokens: readonly { readonly tokenId: string; readonly expiresAtSeconds: number }[];
}

export function isPublic({ clientType }: Pick<ConnectedApp, 'clientType'>): boolean {
  return clientType.endsWith('_public');
}

export function isThirdParty({ clientType }: Pick<ConnectedApp, 'clientType'>): boolean {
  return clientType.startsWith('third_party');
}
