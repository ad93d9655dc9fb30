import { refuse } from '../../../wire/api-error.js';
import { refuseToRemoveLastFactor } from '../users/last-primary-factor.js';
import { ownedBy } from '../users/owned-by.js';
import { type User } from '../users/user.js';
import { userToWire } from '../users/user.wire.js';
import { type Users } from '../users/users.js';
import { findByRegistrationId, unregister } from './registrations.js';

/** @param owner the only user whose account it may be; undefined for any user */
export function deleteRegistration(users: Users, registrationId: string, owner?: User) {
  const found = findByRegistrationId(users, registrationId);
  const registered =
    (ownedBy(owner, found?.user) && found) ??
    (/^oauth-user-test-[\w-]+$/.test(registrationId)
      ? refuse(404, 'oauth_user_registration_not_found', 'No user has this OAuth registration.')
      : refuse(
          400,
          'invalid_oauth_user_registration_id',
          'oauth_user_registration_id is not a valid id of a test project.',
        ));
  const { user } = registered;
  refuseToRemoveLastFactor(user);
  unregister(users, registered);
  return { user_id: user.userId, user: userToWire(user) };
}
