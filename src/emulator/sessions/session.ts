/** One way somebody proved who they are. */
export interface Factor {
  type: 'magic_link';
  deliveryMethod: 'email' | 'embedded';
  createdAtSeconds: number;
  lastAuthenticatedAtSeconds: number;
  updatedAtSeconds: number;
  emailFactor?: { emailId: string; address: string };
  embeddedId?: string;
}

/** Times are whole seconds, as on the wire: a session ends exactly when its `expires_at` says. */
export interface Session {
  sessionId: string;
  /** The opaque token; it stays the same as long as the session lives. */
  token: string;
  userId: string;
  startedAtSeconds: number;
  lastAccessedAtSeconds: number;
  expiresAtSeconds: number;
  attributes: { ipAddress: string; userAgent: string };
  factors: Factor[];
  customClaims: Record<string, unknown>;
}
