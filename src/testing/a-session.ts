import { randomUUID } from 'node:crypto';
import type { AuthenticationFactor, Impersonator, UserSession } from '../lib/index.js';
import { userSessionFromClaims } from '../lib/internal.js';
import { sessionClaims } from './session-claims.js';

/** What a session of a test has. Everything has a default. */
export interface SessionInput {
  /** @default a new id */
  readonly userId?: string;
  /** @default a new id */
  readonly sessionId?: string;
  /**
   * The email address that the default factor, a magic link, verifies.
   * @default 'ada@example.com'
   */
  readonly email?: string;
  /** @default ['stytch_user'] */
  readonly roles?: readonly string[];
  /**
   * When the user signed in (RFC 3339).
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
  /** Makes it a session in which someone impersonates the user. */
  readonly impersonator?: Impersonator;
}

/**
 * A session for tests: of services, which take one, and of HTTP routes with {@link testSessions}.
 *
 * @throws {TypeError} if Stytch has no such session, for example with a `userId` that is no user's
 *
 * @example
 * ```ts
 * const editor = aSession({ email: 'grace@example.com', roles: ['editor'] });
 * ```
 */
export function aSession(input: SessionInput = {}): UserSession {
  const { startedAt = rfc3339(Date.now()), email = 'ada@example.com', impersonator } = input;
  const magicLink: AuthenticationFactor = {
    type: 'magic_link',
    deliveryMethod: 'email',
    lastAuthenticatedAt: startedAt,
    emailAddress: email,
  };
  const { authenticationFactors = [magicLink] } = input;
  const expiresAt = input.expiresAt ?? rfc3339(Date.parse(startedAt) + 3_600_000);
  const session = userSessionFromClaims(
    sessionClaims({
      kind: 'user',
      userId: input.userId ?? `user-test-${randomUUID()}`,
      sessionId: input.sessionId ?? `session-test-${randomUUID()}`,
      startedAt,
      expiresAt,
      authenticationFactors: [
        ...authenticationFactors,
        ...(impersonator === undefined ? [] : [{ type: 'impersonated' }]),
      ],
      roles: input.roles ?? ['stytch_user'],
      customClaims: input.customClaims ?? {},
      ...(impersonator && { impersonator }),
    }),
  )?.session;
  if (session === undefined) {
    throw new TypeError(
      'Stytch has no such session: a userId starts with "user-", a sessionId with "session-", and times are in RFC 3339.',
    );
  }
  return session;
}

/** Stytch's timestamps have whole seconds. Not a date if `milliseconds` is not a number. */
function rfc3339(milliseconds: number): string {
  return Number.isNaN(milliseconds)
    ? 'Invalid Date'
    : new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
