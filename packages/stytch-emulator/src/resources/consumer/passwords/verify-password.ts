import { refuse } from '../../../wire/api-error.js';
import { type Consumer } from '../consumer.js';
import { type User } from '../users/user.js';
import { isBreached } from '../../passwords/breached-passwords.js';
import { matchesHash } from '../../passwords/matches-hash.js';

/**
 * The user with this email address and password.
 *
 * @throws {ApiError} `email_not_found`, `no_user_password`, `user_lock_limit_reached`, `unauthorized_credentials`,
 *   or `reset_password` if the password is right, and must be reset by email before it can be used
 */
export async function verifyPassword(
  { users, locks }: Consumer,
  address: string,
  password: string,
): Promise<User> {
  const found = users.findByEmail(address) ?? refuse(404, 'email_not_found');
  locks.refuseLocked(found);
  const { hash } = found.password ?? refuse(400, 'no_user_password');
  const isRight = await matchesHash(hash, password);

  // The user may have changed in the meantime.
  const user = users.get(found.userId);
  locks.refuseLocked(user);
  if (!isRight || user.password?.hash !== hash) {
    locks.recordFailure(user);
    refuse(401, 'unauthorized_credentials');
  }
  if (isBreached(password)) users.requirePasswordReset(user);
  if (user.password.requiresReset) {
    refuse(401, 'reset_password');
  }
  return user;
}
