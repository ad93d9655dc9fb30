import { refuse } from '../../../wire/api-error.js';
import { ownedBy } from '../users/owned-by.js';
import { type User } from '../users/user.js';
import { userToWire } from '../users/user.wire.js';
import { type Users } from '../users/users.js';

/** @param owner the only user whose TOTP it may be; undefined for any user */
export function deleteTotp(users: Users, totpId: string, owner?: User) {
  const found = users.all().find(({ totps }) => totps.some((totp) => totp.totpId === totpId));
  const user =
    ownedBy(owner, found) ??
    (/^totp-test-[\w-]+$/.test(totpId)
      ? refuse(404, 'totp_not_found', 'No user has a TOTP with this totp_id.')
      : refuse(400, 'invalid_totp_id', 'totp_id is not a valid TOTP id of a test project.'));
  users.entries.edit(user).totps = [];
  return { user_id: user.userId, user: userToWire(user) };
}
