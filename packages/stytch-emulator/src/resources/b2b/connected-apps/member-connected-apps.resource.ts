import { refuse } from '../../../wire/api-error.js';
import { type ApiCall } from '../../../wire/operation.js';
import { type ConnectedApp } from '../../connected-apps/connected-app.js';
import { grantedAppToWire } from '../../connected-apps/connected-app.wire.js';
import { type Resource } from '../../resource.js';
import { memberOf, organizationOf } from '../administration/path-parameters.js';
import { type B2B } from '../b2b.js';
import { type Organization } from '../organizations/organization.js';
import { callerOf } from '../rbac/caller.js';
import { byMember } from '../sessions/as-member.js';

/**
 * The connected apps that members have given access. Has no state: connected apps store it. Which action a member needs
 * is not documented; here it is none, except that it must be a member of the organization.
 */
export function memberConnectedAppsResource(b2b: B2B): Resource {
  const { connectedApps, members } = b2b;
  members.onDelete(({ memberId }) => {
    connectedApps.revokeAllOf(memberId);
  });
  return {
    name: 'memberConnectedApps',
    routes: {
      'GET /v1/b2b/organizations/{organization_id}/connected_apps': (call) => ofOrganization(b2b, call),
      'GET /v1/b2b/organizations/{organization_id}/connected_apps/{connected_app_id}': (call) =>
        oneOfOrganization(b2b, call),
      'GET /v1/b2b/organizations/{organization_id}/members/{member_id}/connected_apps': (call) =>
        ofMember(b2b, call),
      'POST /v1/b2b/organizations/{organization_id}/members/{member_id}/connected_apps/{connected_app_id}/revoke':
        (call) => revoke(b2b, call),
    },
    // Only those of the page's member: which permission it needs for others is not documented.
    sdkRoutes: {
      'GET /sdk/v1/b2b/organizations/members/connected_apps': byMember(b2b, ofMember),
      'POST /sdk/v1/b2b/organizations/members/connected_apps/{connected_app_id}/revoke': byMember(
        b2b,
        revoke,
      ),
    },
  };
}

function ofOrganization(b2b: B2B, call: ApiCall) {
  const organization = organizationOf(b2b, call);
  callerOf(b2b, call, organization);
  const apps = b2b.connectedApps.all().filter((app) => activeMembers(b2b, app, organization).length > 0);
  return { connected_apps: apps.map(appFields) };
}

function oneOfOrganization(b2b: B2B, call: ApiCall) {
  const organization = organizationOf(b2b, call);
  callerOf(b2b, call, organization);
  const app = b2b.connectedApps.get(call.parameter('connected_app_id'));
  const active_members = activeMembers(b2b, app, organization);
  if (active_members.length === 0) refuse(404, 'connected_app_not_found');
  return { ...appFields(app), active_members };
}

function ofMember(b2b: B2B, call: ApiCall) {
  const { organization, member } = memberOf(b2b, call);
  callerOf(b2b, call, organization);
  const granted = b2b.connectedApps.grantsOf(member.memberId);
  return { connected_apps: granted.map(({ app, grant }) => grantedAppToWire(app, grant)) };
}

function revoke(b2b: B2B, call: ApiCall) {
  const { organization, member } = memberOf(b2b, call);
  callerOf(b2b, call, organization);
  b2b.connectedApps.revoke(b2b.connectedApps.get(call.parameter('connected_app_id')), member.memberId);
  return {};
}

function activeMembers({ members }: B2B, { grants }: ConnectedApp, organization: Organization) {
  return grants
    .filter(({ subjectId }) => members.find(organization, subjectId))
    .map(({ subjectId, scopes }) => ({ member_id: subjectId, granted_scopes: scopes }));
}

function appFields({ clientId, clientName, clientDescription, clientType, logoUrl }: ConnectedApp) {
  return {
    connected_app_id: clientId,
    name: clientName,
    description: clientDescription,
    client_type: clientType,
    logo_url: logoUrl,
  };
}
