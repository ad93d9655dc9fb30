import { type SdkRoutes } from '../../../wire/operation.js';
import { readSdkSignIn, withSdkSession } from '../../sessions/sdk-session.js';
import { type B2B } from '../b2b.js';
import { toSdkResponse } from '../sign-in/sdk-response.js';
import { createDiscoveredOrganization } from './create-organization.js';
import { exchangeIntermediateSession } from './exchange-intermediate-session.js';
import { listOrganizations } from './list-organizations.js';

export function discoverySdkRoutes(b2b: B2B): SdkRoutes {
  return {
    'POST /sdk/v1/b2b/discovery/intermediate_sessions/exchange': (call) =>
      toSdkResponse(exchangeIntermediateSession(b2b, readSdkSignIn(b2b, call))),
    'POST /sdk/v1/b2b/discovery/organizations': (call) => listOrganizations(b2b, withSdkSession(b2b, call)),
    'POST /sdk/v1/b2b/discovery/organizations/create': (call) =>
      toSdkResponse(createDiscoveredOrganization(b2b, readSdkSignIn(b2b, call))),
  };
}
