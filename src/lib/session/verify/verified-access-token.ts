import type { KeyObject } from 'node:crypto';
import type { Client } from '../../identity/client.js';

/** An access token with a valid signature and valid claims. It may be expired. */
export interface VerifiedAccessToken {
  readonly token: string;
  readonly client: Client;
  /** Id of the published key that signed it. */
  readonly keyId: string;
  readonly key: KeyObject;
  /** The later of `iat` and `nbf`. */
  readonly validFromSeconds: number;
  readonly expiresAtSeconds: number;
}
