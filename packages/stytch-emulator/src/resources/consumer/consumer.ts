import { type ResourceContext } from '../resource.js';
import { type SessionJwts } from './sessions/session-jwt.js';
import { type Sessions } from './sessions/sessions.js';
import { type Users } from './users/users.js';

/** What the resources of a consumer project share: its users and their sessions. */
export interface Consumer extends ResourceContext {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly sessionJwts: SessionJwts;
}
