import { type ResourceContext } from '../resource.js';
import { type ProjectJwts } from '../project-jwts.js';
import { type ConnectedApps } from './connected-apps/connected-apps.js';
import { type ImpersonationTokens } from './impersonation/impersonation-tokens.js';
import { type MagicLinks } from './magic-links/magic-links.js';
import { type M2MClients } from './m2m/m2m-clients.js';
import { type Rbac } from './rbac/rbac.js';
import { type SessionJwts } from './sessions/session-jwt.js';
import { type Sessions } from './sessions/sessions.js';
import { type UserLocks } from './users/user-locks.js';
import { type Users } from './users/users.js';

/** What the resources of a consumer project share. */
export interface Consumer extends ResourceContext {
  readonly jwts: ProjectJwts;
  readonly users: Users;
  readonly locks: UserLocks;
  readonly sessions: Sessions;
  readonly sessionJwts: SessionJwts;
  readonly magicLinks: MagicLinks;
  readonly impersonationTokens: ImpersonationTokens;
  readonly rbac: Rbac;
  readonly m2mClients: M2MClients;
  readonly connectedApps: ConnectedApps;
}
