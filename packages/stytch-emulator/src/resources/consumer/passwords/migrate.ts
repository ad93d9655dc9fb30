import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type Consumer } from '../consumer.js';
import { requireEmailAddress } from '../../email-address.js';
import { mergeMetadata } from '../../metadata.js';
import { requirePhoneNumber } from '../../phone-number.js';
import { requireEmailOf, type User } from '../users/user.js';
import { userToWire } from '../users/user.wire.js';
import { readName } from '../users/user-name.js';
import { readMigratedHash } from '../../passwords/read-migrated-hash.js';

/** Adds the password of another system to a user without one. Creates the user if there is none. */
export function migrate(consumer: Consumer, fields: Fields) {
  const { users } = consumer;
  const address = requireEmailAddress(fields.string('email'));
  const hash = readMigratedHash(fields);
  const existing = users.findByEmail(address);
  if (existing?.password) refuse(400, 'password_already_exists', 'The user has a password.');

  const user = existing ?? createUser(consumer, address, fields);
  users.setPassword(user, hash);
  const { emailId } = requireEmailOf(user, address);
  if (fields.boolean('set_email_verified') === true) users.verify(user, emailId);
  return {
    user_id: user.userId,
    email_id: emailId,
    user_created: existing === undefined,
    user: userToWire(user),
  };
}

function createUser({ users, rbac }: Consumer, address: string, fields: Fields): User {
  const roles = fields.strings('roles') ?? [];
  rbac.requireRoles(roles);
  const phoneNumber = fields.string('phone_number');
  const user = users.create({
    email: { address, verified: false },
    phoneNumber: phoneNumber === undefined ? undefined : requirePhoneNumber(phoneNumber),
    status: 'active',
    name: readName(fields),
    roles,
    trustedMetadata: mergeMetadata({}, fields.any('trusted_metadata')),
    untrustedMetadata: mergeMetadata({}, fields.any('untrusted_metadata')),
    externalId: fields.string('external_id'),
  });
  const [phone] = user.phoneNumbers;
  if (phone && fields.boolean('set_phone_number_verified') === true) users.verify(user, phone.phoneId);
  return user;
}
