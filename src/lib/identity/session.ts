/**
 * Who is signed in, as handlers see it. A union on `kind`; members of organizations will join it.
 * Values are frozen and may be shared between requests.
 */
export type Session = UserSession;

/** The session of a consumer user. */
export interface UserSession {
  readonly kind: 'user';
  /** Stytch's id of the user, `user-…`. */
  readonly userId: string;
  /** Stytch's id of the session, `session-…`. Fit for logs; it signs nobody in. */
  readonly sessionId: string;
  /**
   * The e-mail address that a factor of this session proves (a magic link or a code sent there).
   * Absent when none does.
   */
  readonly email?: string;
  /** When the person signed in (RFC 3339, UTC). */
  readonly startedAt: string;
  /** When the session ends unless it is extended (RFC 3339, UTC). */
  readonly expiresAt: string;
  /** How the person proved who they are, in the order Stytch lists it. */
  readonly authenticationFactors: readonly AuthenticationFactor[];
  /** The user's roles in the project's RBAC policy; empty when there are none. */
  readonly roles: readonly string[];
  /**
   * Custom claims of the session, and those of the project's JWT template. They are kept apart
   * from the fields above, so no claim can pass for a user id or a role. No prototype.
   */
  readonly customClaims: Readonly<Record<string, unknown>>;
  /**
   * Present when Stytch is down and the session was let through without its confirmation, as
   * `outage.graceSeconds` allows. It may have been ended elsewhere meanwhile.
   */
  readonly unconfirmed?: true;
}

/** One proof within a session. */
export interface AuthenticationFactor {
  /** Stytch's name for it: `magic_link`, `otp`, `oauth`, `password`, `totp`, `webauthn`, … */
  readonly type: string;
  /** How it was delivered: `email`, `sms`, `authenticator_app`, `oauth_google`, … */
  readonly deliveryMethod: string;
  /** When it was last proven (RFC 3339, UTC). */
  readonly lastAuthenticatedAt: string;
  /** The address proven, for factors delivered by e-mail. */
  readonly emailAddress?: string;
  /** The number proven, for factors delivered by telephone. */
  readonly phoneNumber?: string;
}
