import { type ClientSecret } from '../../client-secret.js';

export type ConnectedAppType = 'first_party' | 'first_party_public' | 'third_party' | 'third_party_public';

export const connectedAppTypes: readonly ConnectedAppType[] = [
  'first_party',
  'first_party_public',
  'third_party',
  'third_party_public',
];

/** An OAuth client that acts for users of the project. */
export interface ConnectedApp {
  clientId: string;
  clientType: ConnectedAppType;
  clientName: string;
  clientDescription: string;
  redirectUrls: string[];
  postLogoutRedirectUrls: string[];
  logoUrl: string;
  fullAccessAllowed: boolean;
  bypassConsentForOfflineAccess: boolean;
  accessTokenExpiryMinutes: number;
  /** Besides the project id; empty for none. */
  accessTokenCustomAudience: string;
  idTokenTemplateContent: string;
  /** Null for a public client. */
  secret: ClientSecret | null;
  /** While the secret is being rotated; both are accepted. */
  nextSecret: ClientSecret | null;
  /** What users have permitted, one entry for each user. */
  grants: ConnectedAppGrant[];
}

export interface ConnectedAppGrant {
  userId: string;
  /** Of the last access token. */
  scopes: string[];
  tokens: { tokenId: string; expiresAtSeconds: number }[];
}

export function isPublic({ clientType }: Pick<ConnectedApp, 'clientType'>): boolean {
  return clientType.endsWith('_public');
}

export function isThirdParty({ clientType }: Pick<ConnectedApp, 'clientType'>): boolean {
  return clientType.startsWith('third_party');
}
