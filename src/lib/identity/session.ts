/**
 * The session of a signed-in person. Values are frozen and may be shared between requests.
 * A union on `kind`: check it before reading fields of one kind.
 */
export type Session = UserSession | MemberSession;

/** What the sessions of users and of members have in common. */
export interface SessionBase {
  /** Stytch's id of the session, `session-…` or `member-session-…`. Not a credential, so it may be logged. */
  readonly sessionId: string;
  /**
   * The email address verified by a factor of this session (a magic link or a code sent there).
   * Absent if no factor verifies one.
   */
  readonly email?: string;
  /** When the person signed in (RFC 3339, UTC). */
  readonly startedAt: string;
  /**
   * When the session expires unless it is extended (RFC 3339, UTC). If Stytch's claim does not say, the
   * expiry of the JWT.
   */
  readonly expiresAt: string;
  /** The factors the person authenticated with, in Stytch's order. */
  readonly authenticationFactors: readonly AuthenticationFactor[];
  /** The person's roles in the project's RBAC policy; empty if there are none. */
  readonly roles: readonly string[];
  /**
   * Custom claims of the session and of the project's JWT template. They are separate from the other
   * fields, so that a custom claim cannot override an id or the roles. The object has no prototype.
   */
  readonly customClaims: Readonly<Record<string, unknown>>;
  /**
   * Present if Stytch is unavailable and the session was accepted without confirmation, as
   * `outage.graceSeconds` allows. The session may already be revoked.
   */
  readonly unconfirmed?: true;
  /**
   * Present if someone with access to the Stytch Dashboard acts as this person. `@RefuseImpersonation()`
   * refuses such sessions where only the person may act.
   */
  readonly impersonator?: Impersonator;
}

/** The session of a user of a consumer project. */
export interface UserSession extends SessionBase {
  readonly kind: 'user';
  /** Stytch's id of the user, `user-…`. */
  readonly userId: string;
}

/** The session of a member of an organization, in a B2B project. */
export interface MemberSession extends SessionBase {
  readonly kind: 'member';
  /** Stytch's id of the member, `member-…`. A person has another one in each organization. */
  readonly memberId: string;
  /** The organization that the member is signed in to. The roles apply to it only. */
  readonly organization: MemberOrganization;
}

/** The organization of a member, as the token states it. */
export interface MemberOrganization {
  /** Stytch's id of the organization, `organization-…`. It never changes. */
  readonly id: string;
  /** The slug of the organization when the token was issued. It can be changed, and then be given to another. */
  readonly slug: string;
}

/** Who impersonates a person. A detail is absent if Stytch does not state it. */
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
  /** When the person last authenticated with it (RFC 3339, UTC). */
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
