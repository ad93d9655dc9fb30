import { type ClientContext } from '../client-context.js';
import { type ImpersonationTokens } from '../impersonation/impersonation-tokens.js';
import { type MagicLinks } from './magic-links/magic-links.js';
import { type Rbac } from '../rbac/rbac.js';
import { type UserSessionJwts } from './sessions/user-session-jwts.js';
import { type Sessions } from './sessions/sessions.js';
import { type AccountLocks } from '../sign-in/account-locks.js';
import { type User } from './users/user.js';
import { type Users } from './users/users.js';

/** What the resources of a consumer project share. */
export interface Consumer extends ClientContext {
  readonly users: Users;
  readonly locks: AccountLocks<User>;
  readonly sessions: Sessions;
  readonly sessionJwts: UserSessionJwts;
  readonly magicLinks: MagicLinks;
  readonly impersonationTokens: ImpersonationTokens;
  readonly rbac: Rbac;
}
