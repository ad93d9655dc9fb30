import { type SdkRoutes } from '../../../wire/operation.js';
import { withSdkSession } from '../../sessions/sdk-session.js';
import { toSdkResponse } from '../sign-in/sdk-response.js';
import { authenticate, authenticateDiscovery } from './authenticate.js';
import { type OAuthContext } from './oauth-context.js';

/** The SDK starts a flow by leading the browser to the same URL as a backend does. */
export function oauthSdkRoutes(context: OAuthContext): SdkRoutes {
  return {
    'POST /sdk/v1/b2b/oauth/authenticate': (call) =>
      toSdkResponse(authenticate(context, withSdkSession(context, call))),
    // The list of all tenants is documented for the backend API only.
    'POST /sdk/v1/b2b/oauth/discovery/authenticate': ({ fields }) => ({
      ...toSdkResponse(authenticateDiscovery(context, fields)),
      provider_tenant_ids: undefined,
    }),
  };
}
