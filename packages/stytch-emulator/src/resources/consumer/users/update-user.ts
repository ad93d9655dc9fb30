import { type Fields } from '../../../wire/fields.js';
import { mergeMetadata } from '../../metadata.js';
import { type Consumer } from '../consumer.js';
import { type User } from './user.js';
import { readName } from './user-name.js';
import { userToWire } from './user.wire.js';

/** Validates everything before it changes the user. */
export function updateUser({ users, rbac }: Consumer, user: User, fields: Fields) {
  const name = readName(fields);
  const roles = fields.strings('roles');
  if (roles) rbac.requireRoles(roles);
  const trustedMetadata = mergeMetadata(user.trustedMetadata, fields.any('trusted_metadata'));
  const untrustedMetadata = mergeMetadata(user.untrustedMetadata, fields.any('untrusted_metadata'));
  users.setExternalId(user, fields.string('external_id') ?? user.externalId);
  const edited = users.entries.edit(user);
  Object.assign(edited.name, name);
  Object.assign(edited, { trustedMetadata, untrustedMetadata });
  if (roles) edited.assignedRoles = roles;
  const wire = userToWire(user);
  return {
    user_id: user.userId,
    emails: wire.emails,
    phone_numbers: wire.phone_numbers,
    crypto_wallets: wire.crypto_wallets,
    user: wire,
  };
}
