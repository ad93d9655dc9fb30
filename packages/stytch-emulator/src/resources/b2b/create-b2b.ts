import { createClientContext } from '../client-context.js';
import { connectedAppsResource } from '../connected-apps/connected-apps.resource.js';
import { type SeedConnectedApp } from '../connected-apps/seed-connected-apps.js';
import { debugResource } from '../debug/debug.resource.js';
import { ImpersonationTokens } from '../impersonation/impersonation-tokens.js';
import { m2mResource } from '../m2m/m2m.resource.js';
import { type SeedM2MClient } from '../m2m/seed-m2m-clients.js';
import { oauth2Resource } from '../oauth2/oauth2.resource.js';
import { type NewRbacPolicy } from '../rbac/policy.js';
import { Rbac } from '../rbac/rbac.js';
import { rbacResource } from '../rbac/rbac.resource.js';
import { type Resource, type ResourceContext } from '../resource.js';
import { sdkResource } from '../sdk/sdk.resource.js';
import { AccountLocks } from '../sign-in/account-locks.js';
import { type B2B } from './b2b.js';
import { discoveryResource } from './discovery/discovery.resource.js';
import { EmailLinks } from './email-links/email-links.js';
import { emailUpdatesResource } from './email-updates/email-updates.resource.js';
import { impersonationResource } from './impersonation/impersonation.resource.js';
import { magicLinksResource } from './magic-links/magic-links.resource.js';
import { memberPolicy } from './members/member-policy.js';
import { Members } from './members/members.js';
import { oauthResource } from './oauth/oauth.resource.js';
import { EmailPasscodes } from './otps/email-passcodes.js';
import { otpsResource } from './otps/otps.resource.js';
import { passwordsResource } from './passwords/passwords.resource.js';
import { type SeedOrganization } from './administration/seed-organizations.js';
import { organizationPolicyResource } from './administration/organization-policy.resource.js';
import { memberConnectedAppsResource } from './connected-apps/member-connected-apps.resource.js';
import { membersResource } from './administration/members.resource.js';
import { Organizations } from './organizations/organizations.js';
import { organizationsResource } from './administration/organizations.resource.js';
import { MemberSessionJwts } from './sessions/member-session-jwts.js';
import { MemberSessions } from './sessions/member-sessions.js';
import { memberSessionsResource } from './sessions/member-sessions.resource.js';
import { sessionExchangeResource } from './sign-in/session-exchange.resource.js';
import { IntermediateSessions } from './sign-in/intermediate-sessions.js';
import { intermediateSessionsResource } from './sign-in/intermediate-sessions.resource.js';

/** The data that exists at startup and after a reset, by the name of the resource. */
export interface StytchB2BEmulatorSeed {
  /** Default: the product of the emulator. */
  product?: 'b2b';
  organizations?: SeedOrganization[];
  rbacPolicy?: NewRbacPolicy;
  m2mClients?: SeedM2MClient[];
  connectedApps?: SeedConnectedApp[];
}

/** A B2B project. A resource may use those above it. */
export function createB2B(context: ResourceContext): { resources: Resource[]; b2b: B2B } {
  const { identifiers, clock } = context;
  const clients = createClientContext(context);
  const members = new Members(identifiers, clock);
  const b2b: B2B = {
    ...clients,
    organizations: new Organizations(identifiers, clock),
    members,
    locks: new AccountLocks(members.entries, clock),
    sessions: new MemberSessions(identifiers, clock),
    sessionJwts: new MemberSessionJwts(clients.jwts, clock),
    intermediateSessions: new IntermediateSessions(identifiers, clock),
    emailLinks: new EmailLinks(identifiers, clock),
    passcodes: new EmailPasscodes(clock),
    impersonationTokens: new ImpersonationTokens(identifiers, clock),
    rbac: new Rbac(memberPolicy),
  };
  const resources = [
    rbacResource(b2b.rbac, 'GET /v1/b2b/rbac/policy'),
    organizationsResource(b2b),
    membersResource(b2b),
    organizationPolicyResource(b2b),
    memberSessionsResource(b2b),
    intermediateSessionsResource(b2b),
    magicLinksResource(b2b),
    otpsResource(b2b),
    emailUpdatesResource(b2b),
    oauthResource(b2b),
    passwordsResource(b2b),
    impersonationResource(b2b),
    discoveryResource(b2b),
    sessionExchangeResource(b2b),
    memberConnectedAppsResource(b2b),
    m2mResource(b2b),
    connectedAppsResource(b2b),
    oauth2Resource(b2b),
    debugResource(context),
    sdkResource(context, b2b.rbac),
  ];
  return { resources, b2b };
}
