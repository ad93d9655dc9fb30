import { type Consumer } from '../consumer.js';
import { type Session } from '../sessions/session.js';
import { hashPassword } from '../../passwords/hash-password.js';
import { type User } from '../users/user.js';

/** Sets the password, and revokes the user's sessions, except the one that is used to set it. */
export function setNewPassword(
  { users, sessions }: Consumer,
  user: User,
  password: string,
  current: Session | undefined,
): void {
  users.setPassword(user, hashPassword(password));
  sessions.revokeAllOf(user.userId, current);
}
