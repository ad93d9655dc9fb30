import { ConnectedApps } from './consumer/connected-apps/connected-apps.js';
import { connectedAppsResource } from './consumer/connected-apps/connected-apps.resource.js';
import { type SeedConnectedApp } from './consumer/connected-apps/seed-connected-apps.js';
import { cryptoWalletsResource } from './consumer/crypto-wallets/crypto-wallets.resource.js';
import { debugResource } from './consumer/debug/debug.resource.js';
import { type Consumer } from './consumer/consumer.js';
import { impersonationResource } from './consumer/impersonation/impersonation.resource.js';
import { ImpersonationTokens } from './consumer/impersonation/impersonation-tokens.js';
import { M2MClients } from './consumer/m2m/m2m-clients.js';
import { m2mResource } from './consumer/m2m/m2m.resource.js';
import { type SeedM2MClient } from './consumer/m2m/seed-m2m-clients.js';
import { magicLinksResource } from './consumer/magic-links/magic-links.resource.js';
import { MagicLinks } from './consumer/magic-links/magic-links.js';
import { oauthResource } from './consumer/oauth/oauth.resource.js';
import { oauth2Resource } from './consumer/oauth2/oauth2.resource.js';
import { passwordsResource } from './consumer/passwords/passwords.resource.js';
import { otpsResource } from './consumer/otps/otps.resource.js';
import { type NewRbacPolicy } from './consumer/rbac/policy.js';
import { Rbac } from './consumer/rbac/rbac.js';
import { rbacResource } from './consumer/rbac/rbac.resource.js';
import { SessionJwts } from './consumer/sessions/session-jwt.js';
import { Sessions } from './consumer/sessions/sessions.js';
import { sessionsResource } from './consumer/sessions/sessions.resource.js';
import { totpsResource } from './consumer/totps/totps.resource.js';
import { type SeedUser } from './consumer/users/seed-users.js';
import { UserLocks } from './consumer/users/user-locks.js';
import { Users } from './consumer/users/users.js';
import { usersResource } from './consumer/users/users.resource.js';
import { ProjectJwts } from './project-jwts.js';
import { type Resource, type ResourceContext } from './resource.js';

/** The data that exists at startup and after a reset, by the name of the resource. */
export interface StytchEmulatorSeed {
  users?: SeedUser[];
  rbacPolicy?: NewRbacPolicy;
  m2mClients?: SeedM2MClient[];
  connectedApps?: SeedConnectedApp[];
}

/**
 * The resources that the emulator serves. A resource may use those above it. Operations that no resource
 * serves respond with 501 `emulator_not_implemented`.
 */
export function createResources(context: ResourceContext): { resources: Resource[]; consumer: Consumer } {
  const jwts = new ProjectJwts(context);
  const users = new Users(context.identifiers, context.clock);
  const consumer: Consumer = {
    ...context,
    jwts,
    users,
    locks: new UserLocks(users, context.clock),
    sessions: new Sessions(context.identifiers, context.clock),
    sessionJwts: new SessionJwts(jwts, context.clock),
    magicLinks: new MagicLinks(context.identifiers, context.clock),
    impersonationTokens: new ImpersonationTokens(context.identifiers, context.clock),
    rbac: new Rbac(),
    m2mClients: new M2MClients(context.identifiers),
    connectedApps: new ConnectedApps(context.identifiers, context.clock),
  };
  const resources = [
    usersResource(consumer),
    rbacResource(consumer),
    sessionsResource(consumer),
    magicLinksResource(consumer),
    oauthResource(consumer),
    passwordsResource(consumer),
    totpsResource(consumer),
    impersonationResource(consumer),
    cryptoWalletsResource(consumer),
    otpsResource(consumer),
    m2mResource(consumer),
    connectedAppsResource(consumer),
    oauth2Resource(consumer),
    debugResource(context),
  ];
  return { resources, consumer };
}
