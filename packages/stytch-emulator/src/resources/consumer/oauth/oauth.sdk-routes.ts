import { type SdkCall, type SdkRoutes } from '../../../wire/operation.js';
import { readSdkSignIn, requireSdkSession } from '../../sessions/sdk-session.js';
import { requireStartedWithChallenge } from '../../sign-in/pkce.js';
import { requireStrongUser } from '../users/require-strong-session.js';
import { withSdkUser } from '../users/sdk-user.js';
import { attach } from './attach.js';
import { authenticate } from './authenticate.js';
import { deleteRegistration } from './delete-registration.js';
import { type OAuthContext } from './oauth-context.js';

/** The SDK starts a flow by leading the browser to the same URL as a backend does. */
export function oauthSdkRoutes(context: OAuthContext): SdkRoutes {
  return {
    'POST /sdk/v1/oauth/attach': (call) => {
      const { token } = requireSdkSession(context, call);
      return attach(context, call.fields.with({ session_token: token }));
    },
    'POST /sdk/v1/oauth/authenticate': (call) => authenticateToken(context, call),
    'DELETE /sdk/v1/users/oauth/{oauth_user_registration_id}': (call) =>
      withSdkUser(
        deleteRegistration(
          context.users,
          call.parameter('oauth_user_registration_id'),
          requireStrongUser(context, call),
        ),
      ),
  };
}

/** Unlike in the backend API, the session has the name that it has in all responses, too. */
function authenticateToken(context: OAuthContext, call: SdkCall) {
  requireStartedWithChallenge(context.oauthTokens.findForSignIn(call.fields.string('token') ?? ''));
  const response = authenticate(context, readSdkSignIn(context, call));
  return withSdkUser({ ...response, session: response.user_session });
}
