import { type ClientSecret } from '../../client-secret.js';

/** A client that calls an API without a user. */
export interface M2MClient {
  clientId: string;
  clientName: string;
  clientDescription: string;
  status: 'active' | 'inactive';
  scopes: string[];
  trustedMetadata: Record<string, unknown>;
  secret: ClientSecret;
  /** While the secret is being rotated; both are accepted. */
  nextSecret: ClientSecret | null;
}
