import { SessionJwts } from '../../sessions/session-jwts.js';
import { rolesOf, type User } from '../users/user.js';
import { type Session } from './session.js';

/** Signs and verifies the session JWTs of users. */
export class UserSessionJwts extends SessionJwts {
  sign(session: Session, user: User): string {
    const { userId, attributes } = session;
    return this.signSession(session, { subject: userId, roles: rolesOf(user), attributes });
  }
}
