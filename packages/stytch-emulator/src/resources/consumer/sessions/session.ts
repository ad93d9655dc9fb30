/** A factor that the user has authenticated with. */
export interface Factor {
  type: 'magic_link';
  deliveryMethod: 'email' | 'embedded';
  createdAtSeconds: number;
  lastAuthenticatedAtSeconds: number;
  updatedAtSeconds: number;
  emailFactor?: { emailId: string; address: string };
  embeddedId?: string;
}

/** Times are whole seconds, as in responses: a session expires exactly at its `expires_at`. */
export interface Session {
  sessionId: string;
  /** The opaque token. It does not change during the life of the session. */
  token: string;
  userId: string;
  startedAtSeconds: number;
  lastAccessedAtSeconds: number;
  expiresAtSeconds: number;
  attributes: { ipAddress: string; userAgent: string };
  factors: Factor[];
  customClaims: Record<string, unknown>;
}
