import { createClientContext } from '../client-context.js';
import { connectedAppsResource } from '../connected-apps/connected-apps.resource.js';
import { type SeedConnectedApp } from '../connected-apps/seed-connected-apps.js';
import { debugResource } from '../debug/debug.resource.js';
import { m2mResource } from '../m2m/m2m.resource.js';
import { type SeedM2MClient } from '../m2m/seed-m2m-clients.js';
import { oauth2Resource } from '../oauth2/oauth2.resource.js';
import { type NewRbacPolicy } from '../rbac/policy.js';
import { Rbac } from '../rbac/rbac.js';
import { rbacResource } from '../rbac/rbac.resource.js';
import { type Resource, type ResourceContext } from '../resource.js';
import { sdkResource } from '../sdk/sdk.resource.js';
import { AccountLocks } from '../sign-in/account-locks.js';
import { userConnectedAppsResource } from './connected-apps/user-connected-apps.resource.js';
import { type Consumer } from './consumer.js';
import { cryptoWalletsResource } from './crypto-wallets/crypto-wallets.resource.js';
import { impersonationResource } from './impersonation/impersonation.resource.js';
import { ImpersonationTokens } from '../impersonation/impersonation-tokens.js';
import { MagicLinks } from './magic-links/magic-links.js';
import { magicLinksResource } from './magic-links/magic-links.resource.js';
import { oauthResource } from './oauth/oauth.resource.js';
import { otpsResource } from './otps/otps.resource.js';
import { passwordsResource } from './passwords/passwords.resource.js';
import { Sessions } from './sessions/sessions.js';
import { sessionsResource } from './sessions/sessions.resource.js';
import { UserSessionJwts } from './sessions/user-session-jwts.js';
import { totpsResource } from './totps/totps.resource.js';
import { type SeedUser } from './users/seed-users.js';
import { userPolicy } from './users/user.js';
import { Users } from './users/users.js';
import { usersResource } from './users/users.resource.js';

/** The data that exists at startup and after a reset, by the name of the resource. */
export interface StytchEmulatorSeed {
  /** Default: the product of the emulator. */
  product?: 'consumer';
  users?: SeedUser[];
  rbacPolicy?: NewRbacPolicy;
  m2mClients?: SeedM2MClient[];
  connectedApps?: SeedConnectedApp[];
}

/** A consumer project. A resource may use those above it. */
export function createConsumer(context: ResourceContext): { resources: Resource[]; consumer: Consumer } {
  const { identifiers, clock } = context;
  const clients = createClientContext(context);
  const users = new Users(identifiers, clock);
  const consumer: Consumer = {
    ...clients,
    users,
    locks: new AccountLocks(users.entries, clock),
    sessions: new Sessions(identifiers, clock),
    sessionJwts: new UserSessionJwts(clients.jwts, clock),
    magicLinks: new MagicLinks(identifiers, clock),
    impersonationTokens: new ImpersonationTokens(identifiers, clock),
    rbac: new Rbac(userPolicy),
  };
  const resources = [
    usersResource(consumer),
    rbacResource(consumer.rbac, 'GET /v1/rbac/policy'),
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
    userConnectedAppsResource(consumer),
    oauth2Resource(consumer),
    debugResource(context),
    sdkResource(context, consumer.rbac),
  ];
  return { resources, consumer };
}
