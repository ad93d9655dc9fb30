import { EmulatorError } from '../../emulator-error.js';
import { type Consumer } from '../../resources/consumer/consumer.js';
import { requireEmailAddress } from '../../resources/email-address.js';
import { type User } from '../../resources/consumer/users/user.js';

/**
 * The user with the id, or the user with the email address, who is created if there is none.
 *
 * @throws {EmulatorError} `emulator_user_not_found`, `emulator_options_invalid`
 * @throws {ApiError} `invalid_email`
 */
export function findOrCreateUser(
  { users }: Consumer,
  { email, userId }: { email?: string | undefined; userId?: string | undefined },
): User {
  if ((email === undefined) === (userId === undefined)) {
    throw new EmulatorError('emulator_options_invalid', 'Exactly one of email and userId is required.');
  }
  users.removeUnverified();
  if (email !== undefined) {
    const address = requireEmailAddress(email);
    return (
      users.findByEmail(address) ?? users.create({ email: { address, verified: true }, status: 'active' })
    );
  }
  const user = users.find(userId ?? '');
  if (!user) throw new EmulatorError('emulator_user_not_found', 'No user has this userId.');
  return user;
}
