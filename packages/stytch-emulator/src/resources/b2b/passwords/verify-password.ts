import { refuse } from '../../../wire/api-error.js';
import { isBreached } from '../../passwords/breached-passwords.js';
import { matchesHash } from '../../passwords/matches-hash.js';
import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';

/**
 * Checks the password of a member.
 *
 * @throws {ApiError} `member_password_not_found`, `user_lock_limit_reached`, `unauthorized_credentials`, or
 *   `member_reset_password` if the password is right, and must be reset by email before it can be used
 */
export async function verifyPassword(
  { members, locks }: B2B,
  member: Member,
  password: string,
): Promise<void> {
  locks.refuseLocked(member);
  const { hash } = member.password ?? refuse(404, 'member_password_not_found', 'The member has no password.');
  const isRight = await matchesHash(hash, password);

  // The member may have changed in the meantime.
  locks.refuseLocked(member);
  if (!isRight || member.password?.hash !== hash) {
    locks.recordFailure(member);
    refuse(401, 'unauthorized_credentials');
  }
  if (isBreached(password)) members.requirePasswordReset(member);
  if (member.password.requiresReset) {
    refuse(401, 'member_reset_password', 'The member must reset the password by email.');
  }
}
