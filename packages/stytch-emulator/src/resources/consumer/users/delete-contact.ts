import { refuse } from '../../../wire/api-error.js';
import { refuseToRemoveLastFactor } from './last-primary-factor.js';
import { ownedBy } from './owned-by.js';
import { type User } from './user.js';
import { userToWire } from './user.wire.js';
import { type Users } from './users.js';

/** @param owner the only user whose address it may be; undefined for any user */
export function deleteEmail(users: Users, emailId: string, owner?: User) {
  const user =
    ownedBy(owner, users.findByEmailId(emailId)) ??
    (/^email-test-[\w-]+$/.test(emailId)
      ? refuse(404, 'email_not_found')
      : refuse(400, 'invalid_email_id', 'email_id is not a valid email id of a test project.'));
  refuseToRemoveLastFactor(user);
  users.removeEmail(user, emailId);
  return { user_id: user.userId, user: userToWire(user) };
}

/** @param owner the only user whose phone number it may be; undefined for any user */
export function deletePhoneNumber(users: Users, phoneId: string, owner?: User) {
  const user = ownedBy(owner, users.findByPhoneId(phoneId)) ?? refuse(404, 'phone_number_not_found');
  refuseToRemoveLastFactor(user);
  users.removePhoneNumber(user, phoneId);
  return { user_id: user.userId, user: userToWire(user) };
}
