import { nowSeconds } from '../../../clock.js';
import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type OAuthFactor } from '../../sessions/factors/oauth-factor.js';
import { sandboxSession } from '../sessions/sandbox-session.js';
import { readSessionUpdate } from '../../sessions/session-arguments.js';
import { type Session } from '../sessions/session.js';
import { completeSignIn, readRequestedSession, signInResponse } from '../sign-in/complete-sign-in.js';
import { checkCodeVerifier } from '../../sign-in/pkce.js';
import { oauthProviders } from '../../oauth/oauth-provider.js';
import { sandboxEmail, sandboxUser } from '../users/sandbox-user.js';
import { type OAuthContext } from './oauth-context.js';
import { type SignInToken } from './oauth-token.js';
import { providerValues } from '../../oauth/provider-values.js';
import { findByRegistrationId, type RegisteredUser } from './registrations.js';
import { sandboxOAuthTokens, sandboxRegistration } from './sandbox-oauth.js';

/** Exchanges the token in the redirect for the user and, if requested, a session. Only success uses up the token. */
export function authenticate(context: OAuthContext, fields: Fields) {
  const { durationMinutes } = readSessionUpdate(fields);
  const token = fields.string('token') ?? '';
  if (token === '') refuse(400, 'invalid_token', 'token is required.');
  if (token === sandboxOAuthTokens.success) return authenticateSandbox(context, fields, durationMinutes);

  const issued = context.oauthTokens.findForSignIn(token) ?? refuseToken();
  checkCodeVerifier(issued.codeChallenge, fields.string('code_verifier'));
  const registered = findByRegistrationId(context.users, issued.registrationId) ?? refuseToken();
  // Documented for this operation: the session of another user is ignored.
  const requested = readRequestedSession(context, fields, registered.user, {
    sessionOfAnotherUser: 'ignore',
  });

  context.oauthTokens.use(issued);
  const result = completeSignIn(context, toAcceptedFactor(registered, issued), requested);
  return oauthResponse(context, { ...registered, ...issued, ...result }, fields);
}

/** Unknown, used and expired tokens. The status is that of the sandbox token that Stytch documents. */
function refuseToken(): never {
  return refuse(400, 'oauth_token_not_found', 'The OAuth token is unknown, was used, or has expired.');
}

function toAcceptedFactor({ user, registration }: RegisteredUser, { emailId }: SignInToken) {
  const factor: OAuthFactor = {
    type: 'oauth',
    deliveryMethod: `oauth_${registration.provider}`,
    registration,
    emailId,
  };
  return { user, factor, verifies: emailId ?? undefined };
}

interface OAuthResult extends RegisteredUser, Pick<SignInToken, 'emailId' | 'scopes'> {
  session: Session | undefined;
  resetSessions: boolean;
}

function oauthResponse(context: OAuthContext, result: OAuthResult, request: Fields) {
  const { user, registration, emailId, scopes } = result;
  const email = user.emails.find((candidate) => candidate.emailId === emailId)?.address;
  const { session, ...response } = signInResponse(context, result, request);
  return {
    ...response,
    // For a historical reason, the session has another name here than in all other responses.
    user_session: session,
    oauth_user_registration_id: registration.registrationId,
    provider_subject: registration.subject,
    provider_type: oauthProviders[registration.provider].label,
    provider_values: providerValues(context, registration, { scopes, email }),
  };
}

function authenticateSandbox(context: OAuthContext, fields: Fields, durationMinutes: number | undefined) {
  const session = durationMinutes === undefined ? undefined : sandboxSession(nowSeconds(context.clock));
  const result = {
    user: sandboxUser,
    registration: sandboxRegistration,
    emailId: sandboxEmail.emailId,
    scopes: ['openid', 'email', 'profile'],
    session,
    resetSessions: false,
  };
  return oauthResponse(context, result, fields);
}
