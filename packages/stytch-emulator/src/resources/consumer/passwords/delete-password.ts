import { refuse } from '../../../wire/api-error.js';
import { type Consumer } from '../consumer.js';
import { userToWire } from '../users/user.wire.js';

/** The user's sessions stay, as does the user. */
export function deletePassword({ users }: Consumer, passwordId: string) {
  const user =
    users.all().find(({ password }) => password?.passwordId === passwordId) ??
    (/^password-test-[\w-]+$/.test(passwordId)
      ? refuse(404, 'password_not_found', 'No user has a password with this password_id.')
      : refuse(400, 'invalid_password_id', 'password_id is not a valid password id of a test project.'));
  users.entries.edit(user).password = null;
  return { user_id: user.userId, user: userToWire(user) };
}
