import { refuse } from '../../../wire/api-error.js';
import { withParameters } from '../../../wire/url-parameters.js';
import { subjectOf } from '../../oauth/provider-subject.js';
import { emailOf, type User } from '../users/user.js';
import { type OAuthContext } from './oauth-context.js';
import { type OAuthStart } from './oauth-start.js';
import { findBySubject, register, type RegisteredUser } from './registrations.js';

/**
 * The user has chosen an account at the provider: registers it and returns the URL of the application, with a token.
 * The provider vouches for the address. Creates the user if there is none, like a request for a magic link.
 *
 * @param email the address of the account; null for one without an address
 * @throws {ApiError} `oauth_flow_callback_error` if the account is attached to one user and belongs to another
 */
export function grant(context: OAuthContext, start: OAuthStart, email: string | null): string {
  const subject = subjectOf(start.provider, email);
  const registered = findBySubject(context.users, start.provider, subject);
  const existing = existingUser(context, start, email, registered);
  const isLogin = existing?.status === 'active';
  const user = existing ?? createUser(context, email);
  if (email !== null && existing) addEmail(context, existing, email);
  const { registrationId } =
    registered?.registration ?? register(context, user, { provider: start.provider, subject });
  if (start.attachToken) context.oauthTokens.use(start.attachToken);

  const token = context.oauthTokens.issueForSignIn({
    userId: user.userId,
    registrationId,
    emailId: (email === null ? undefined : emailOf(user, email)?.emailId) ?? null,
    codeChallenge: start.codeChallenge,
    scopes: start.scopes,
  });
  return withParameters(isLogin ? start.loginRedirectUrl : start.signupRedirectUrl, {
    stytch_token_type: 'oauth',
    token,
  });
}

/**
 * The URL of the application after the user has denied the access. What Stytch appends to it is not documented; here,
 * it is the error response of OAuth 2.0 (RFC 6749, section 4.1.2.1).
 */
export function deny({ loginRedirectUrl }: OAuthStart): string {
  return withParameters(loginRedirectUrl, {
    stytch_token_type: 'oauth',
    error: 'access_denied',
    error_description: 'The user denied the access.',
  });
}

function existingUser(
  { users }: OAuthContext,
  { attachToken }: OAuthStart,
  email: string | null,
  registered: RegisteredUser | undefined,
): User | undefined {
  if (attachToken && registered && registered.user.userId !== attachToken.userId) {
    refuse(400, 'oauth_flow_callback_error');
  }
  if (attachToken) return users.get(attachToken.userId);
  return registered?.user ?? (email === null ? undefined : users.findByEmail(email));
}

function createUser({ users }: OAuthContext, email: string | null): User {
  return users.create({
    email: email === null ? undefined : { address: email, verified: false },
    status: 'active',
  });
}

/** An address that another user has is not added. */
function addEmail({ users }: OAuthContext, user: User, email: string): void {
  if (!users.findByEmail(email)) users.addEmail(user, email);
}
