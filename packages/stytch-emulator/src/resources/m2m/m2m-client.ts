import { type ClientSecret } from '../client-secret.js';

/** A client that calls an API without a user. */
export interface M2MClient {
  readonly clientId: string;
  readonly clientName: string;
  readonly clientDescription: string;
  readonly status: 'active' | 'inactive';
  readonly scopes: readonly string[];
  readonly trustedMetadata: Readonly<Record<string, unknown>>;
  readonly secret: ClientSecret;
  /** While the secret is being rotated; both are accepted. */
  readonly nextSecret: ClientSecret | null;
}
