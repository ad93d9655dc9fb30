import { type Factor } from './factors/factor.js';

/** Times are whole seconds, as in responses: a session expires exactly at its `expires_at`. */
export interface Session {
  readonly sessionId: string;
  /** The opaque token. It does not change during the life of the session. */
  readonly token: string;
  readonly userId: string;
  readonly startedAtSeconds: number;
  readonly lastAccessedAtSeconds: number;
  readonly expiresAtSeconds: number;
  readonly attributes: { readonly ipAddress: string; readonly userAgent: string };
  readonly factors: readonly Factor[];
  readonly customClaims: Readonly<Record<string, unknown>>;
}
