/** A factor that the user has authenticated with. */
export interface Factor {
  readonly type: 'magic_link';
  readonly deliveryMethod: 'email' | 'embedded';
  readonly createdAtSeconds: number;
  readonly lastAuthenticatedAtSeconds: number;
  readonly updatedAtSeconds: number;
  readonly emailFactor?: { readonly emailId: string; readonly address: string };
  readonly embeddedId?: string;
}

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
