import { type Resource } from '../../resource.js';
import { type B2B } from '../b2b.js';
import { createDiscoveredOrganization } from './create-organization.js';
import { discoverySdkRoutes } from './discovery.sdk-routes.js';
import { exchangeIntermediateSession } from './exchange-intermediate-session.js';
import { listOrganizations } from './list-organizations.js';

export function discoveryResource(b2b: B2B): Resource {
  return {
    name: 'discovery',
    routes: {
      'POST /v1/b2b/discovery/intermediate_sessions/exchange': ({ fields }) =>
        exchangeIntermediateSession(b2b, fields),
      'POST /v1/b2b/discovery/organizations': ({ fields }) => listOrganizations(b2b, fields),
      'POST /v1/b2b/discovery/organizations/create': ({ fields }) =>
        createDiscoveredOrganization(b2b, fields),
    },
    sdkRoutes: discoverySdkRoutes(b2b),
  };
}
