import { type SdkCall, type SdkRoutes } from '../../../wire/operation.js';
import { withSdkSession } from '../../sessions/sdk-session.js';
import { requireStartedWithChallenge } from '../../sign-in/pkce.js';
import { toSdkResponse } from '../sign-in/sdk-response.js';
import { authenticate, authenticateDiscovery } from './authenticate.js';
import { type OAuthContext } from './oauth-context.js';

/** The SDK starts a flow by leading the browser to the same URL as a backend does. */
export function oauthSdkRoutes(context: OAuthContext): SdkRoutes {
  const requirePkce = ({ fields }: SdkCall, name: 'oauth_token' | 'discovery_oauth_token'): void => {
    requireStartedWithChallenge(context.oauthTokens.find(fields.string(name) ?? ''));
  };
  return {
    'POST /sdk/v1/b2b/oauth/authenticate': (call) => {
      requirePkce(call, 'oauth_token');
      return toSdkResponse(authenticate(context, withSdkSession(context, call)));
    },
    'POST /sdk/v1/b2b/oauth/discovery/authenticate': (call) => {
      requirePkce(call, 'discovery_oauth_token');
      // The list of all tenants is documented for the backend API only.
      return {
        ...toSdkResponse(authenticateDiscovery(context, call.fields)),
        provider_tenant_ids: undefined,
      };
    },
  };
}
