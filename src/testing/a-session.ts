import { randomUUID } from 'node:crypto';
import type { AuthenticationFactor, Impersonator, MemberSession, UserSession } from '../lib/index.js';
import { memberSessionFromClaims, userSessionFromClaims } from '../lib/internal.js';
import { anOrganization, type OrganizationInput } from './an-organization.js';
import { sessionClaims } from './session-claims.js';

/** What the sessions of tests have in common. Everything has a default. */
export interface SessionBaseInput {
  /** @default a new id */
  readonly sessionId?: string;
  /**
   * The email address that the default factor, a magic link, verifies.
   * @default 'ada@example.com'
   */
  readonly email?: string;
  /** @default Stytch's default role: ['stytch_user'], or ['stytch_member'] */
  readonly roles?: readonly string[];
  /**
   * When the person signed in (RFC 3339).
   * @default now
   */
  readonly startedAt?: string;
  /**
   * When the session expires (RFC 3339).
   * @default an hour after `startedAt`
   */
  readonly expiresAt?: string;
  /**
   * The factors of the session.
   * @default a magic link that was opened at `startedAt`
   */
  readonly authenticationFactors?: readonly AuthenticationFactor[];
  /** @default {} */
  readonly customClaims?: Readonly<Record<string, unknown>>;
  /** Makes it a session in which someone impersonates the person. */
  readonly impersonator?: Impersonator;
}

/** What the session of a user has in a test. Everything has a default. */
export interface SessionInput extends SessionBaseInput {
  /** @default a new id */
  readonly userId?: string;
}

/** What the session of a member has in a test. Everything has a default. */
export interface MemberSessionInput extends SessionBaseInput {
  /** @default a new id */
  readonly memberId?: string;
  /**
   * The organization of the member.
   * @default a new id, and the slug 'acme'
   */
  readonly organization?: OrganizationInput;
}

/**
 * A user's session for tests: of services, which take one, and of HTTP routes with {@link testSessions}.
 *
 * @throws {TypeError} if Stytch has no such session, for example with a `userId` that is no user's
 *
 * @example
 * ```ts
 * const editor = aSession({ email: 'grace@example.com', roles: ['editor'] });
 * ```
 */
export function aSession(input: SessionInput = {}): UserSession {
  const { userId = `user-test-${randomUUID()}` } = input;
  const base = baseOf(input, { idPrefix: 'session', role: 'stytch_user' });
  const session = userSessionFromClaims(sessionClaims({ kind: 'user', userId, ...base }))?.session;
  return session ?? noSuchSession('a userId starts with "user-", a sessionId with "session-"');
}

/**
 * A member's session for tests: of services, which take one, and of HTTP routes with {@link testSessions}.
 *
 * @throws {TypeError} if Stytch has no such session, for example with a `memberId` that is no member's
 *
 * @example
 * ```ts
 * const admin = aMemberSession({ organization: { slug: 'acme' }, roles: ['stytch_member', 'stytch_admin'] });
 * ```
 */
export function aMemberSession(input: MemberSessionInput = {}): MemberSession {
  const { memberId = `member-test-${randomUUID()}` } = input;
  const organization = anOrganization(input.organization);
  const base = baseOf(input, { idPrefix: 'member-session', role: 'stytch_member' });
  const claims = sessionClaims({ kind: 'member', memberId, organization, ...base });
  return (
    memberSessionFromClaims(claims)?.session ??
    noSuchSession(
      'a memberId starts with "member-", a sessionId with "member-session-", the id of an organization with "organization-", a slug has 2 to 128 letters, digits, - . _ or ~',
    )
  );
}

function baseOf(input: SessionBaseInput, { idPrefix, role }: { idPrefix: string; role: string }) {
  const { startedAt = rfc3339(Date.now()), email = 'ada@example.com', impersonator } = input;
  const magicLink: AuthenticationFactor = {
    type: 'magic_link',
    deliveryMethod: 'email',
    lastAuthenticatedAt: startedAt,
    emailAddress: email,
  };
  const { authenticationFactors = [magicLink] } = input;
  return {
    sessionId: input.sessionId ?? `${idPrefix}-test-${randomUUID()}`,
    startedAt,
    expiresAt: input.expiresAt ?? rfc3339(Date.parse(startedAt) + 3_600_000),
    authenticationFactors: [
      ...authenticationFactors,
      ...(impersonator === undefined ? [] : [{ type: 'impersonated' }]),
    ],
    roles: input.roles ?? [role],
    customClaims: input.customClaims ?? {},
    ...(impersonator && { impersonator }),
  };
}

function noSuchSession(reason: string): never {
  throw new TypeError(`Stytch has no such session: ${reason}, and times are in RFC 3339.`);
}

/** Stytch's timestamps have whole seconds. Not a date if `milliseconds` is not a number. */
function rfc3339(milliseconds: number): string {
  return Number.isNaN(milliseconds)
    ? 'Invalid Date'
    : new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
