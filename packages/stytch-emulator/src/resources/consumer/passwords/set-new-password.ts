import { type Consumer } from '../consumer.js';
import { type Session } from '../sessions/session.js';
import { type PasswordHash } from '../users/password.js';
import { type User } from '../users/user.js';

/** Sets the password, and revokes the user's sessions, except the one that is used to set it. */
export function setNewPassword(
  { users, sessions }: Consumer,
  user: User,
  hash: PasswordHash,
  current: Session | undefined,
): void {
  users.setPassword(user, hash);
  sessions.revokeAllOf(user.userId, current);
}
