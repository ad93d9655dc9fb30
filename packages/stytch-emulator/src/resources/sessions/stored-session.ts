import { type Factor } from './factors/factor.js';

/**
 * What the sessions of users and of members have. Times are whole seconds, as in responses: a session expires
 * exactly at its `expires_at`.
 */
export interface StoredSession {
  readonly sessionId: string;
  /** The opaque token. It does not change during the life of the session. */
  readonly token: string;
  readonly startedAtSeconds: number;
  readonly lastAccessedAtSeconds: number;
  readonly expiresAtSeconds: number;
  readonly factors: readonly Factor[];
  readonly customClaims: Readonly<Record<string, unknown>>;
}
