/**
 * The session of a signed-in person. Values are frozen and may be shared between requests.
 * A union on `kind`: check it before reading fields of one kind, since other kinds will be added.
 */
export type Session = UserSession;

/** The session of a user of a consumer project. */
export interface UserSession {
  readonly kind: 'user';
  /** Stytch's id of the user, `user-…`. */
  readonly userId: string;
  /** Stytch's id of the session, `session-…`. Not a credential, so it may be logged. */
  readonly sessionId: string;
  /**
   * The email address verified by a factor of this session (a magic link or a code sent there).
   * Absent if no factor verifies one.
   */
  readonly email?: string;
  /** When the user signed in (RFC 3339, UTC). */
  readonly startedAt: string;
  /**
   * When the session expires unless it is extended (RFC 3339, UTC). If Stytch's claim does not say, the
   * expiry of the JWT.
   */
  readonly expiresAt: string;
  /** The factors the user authenticated with, in Stytch's order. */
  readonly authenticationFactors: readonly AuthenticationFactor[];
  /** The user's roles in the project's RBAC policy; empty if there are none. */
  readonly roles: readonly string[];
  /**
   * Custom claims of the session and of the project's JWT template. They are separate from the
   * fields above, so that a custom claim cannot override the user id or the roles. The object has no
   * prototype.
   */
  readonly customClaims: Readonly<Record<string, unknown>>;
  /**
   * Present if Stytch is unavailable and the session was accepted without confirmation, as
   * `outage.graceSeconds` allows. The session may already be revoked.
   */
  readonly unconfirmed?: true;
  /**
   * Present if someone with access to the Stytch Dashboard acts as this user. `@RefuseImpersonation()`
   * refuses such sessions where only the user may act.
   */
  readonly impersonator?: Impersonator;
}

/** Who impersonates a user. A detail is absent if Stytch does not state it. */
export interface Impersonator {
  /** Stytch's id of the impersonator. */
  readonly id?: string;
  /** Their email address. */
  readonly emailAddress?: string;
}

/**
 * One authentication factor of a session. Everything except the type is absent if Stytch does not state
 * it.
 */
export interface AuthenticationFactor {
  /**
   * Stytch's name of the type: `magic_link`, `otp`, `oauth`, `password`, `totp`, `webauthn`, …
   * `unknown` if Stytch states none.
   */
  readonly type: string;
  /** Stytch's name of the delivery method: `email`, `sms`, `authenticator_app`, `oauth_google`, … */
  readonly deliveryMethod?: string;
  /** When the user last authenticated with it (RFC 3339, UTC). */
  readonly lastAuthenticatedAt?: string;
  /** The verified address, for factors delivered by email. */
  readonly emailAddress?: string;
  /** The verified number, for factors delivered by phone. */
  readonly phoneNumber?: string;
  /**
   * The complete factor with Stytch's field names, if this version of the package does not know its
   * type. The object has no prototype.
   */
  readonly claim?: Readonly<Record<string, unknown>>;
}
