import { refuse } from '../../../wire/api-error.js';
import { type ApiCall } from '../../../wire/operation.js';
import { type Resource } from '../../resource.js';
import { type Consumer } from '../consumer.js';
import { requireEmailAddress } from '../../email-address.js';
import { deleteEmail, deletePhoneNumber } from './delete-contact.js';
import { exchangePrimaryFactor } from './exchange-primary-factor.js';
import { mergeMetadata } from '../../metadata.js';
import { requirePhoneNumber } from '../../phone-number.js';
import { isSandboxAddress, sandboxPhoneNumber, sandboxUser } from './sandbox-user.js';
import { seedUsers } from './seed-users.js';
import { type User } from './user.js';
import { updateUser } from './update-user.js';
import { readName } from './user-name.js';
import { searchUsers } from './user-search.js';
import { userToWire } from './user.wire.js';
import { type Users } from './users.js';
import { usersSdkRoutes } from './users.sdk-routes.js';

export function usersResource(consumer: Consumer): Resource {
  const { users, locks } = consumer;
  return {
    name: 'users',
    routes: {
      'POST /v1/users': (call) => create(consumer, call),
      'GET /v1/users/{user_id}': ({ parameter }) => userToWire(users.get(parameter('user_id'))),
      'PUT /v1/users/{user_id}': ({ fields, parameter }) =>
        updateUser(consumer, users.get(parameter('user_id')), fields),
      'DELETE /v1/users/{user_id}': (call) => remove(users, call),
      'POST /v1/users/search': ({ fields }) => searchUsers(users.all(), fields),
      'DELETE /v1/users/emails/{email_id}': ({ parameter }) => deleteEmail(users, parameter('email_id')),
      'DELETE /v1/users/phone_numbers/{phone_id}': ({ parameter }) =>
        deletePhoneNumber(users, parameter('phone_id')),
      'PUT /v1/users/{user_id}/exchange_primary_factor': (call) => exchangePrimaryFactor(users, call),
      'DELETE /v1/users/{user_id}/external_id': (call) => removeExternalId(users, call),
    },
    sdkRoutes: usersSdkRoutes(consumer),
    entries: users.entries,
    webhookObjects: {
      objectType: 'user',
      find: (id) => {
        const user = users.entries.get(id);
        return user && userToWire(user);
      },
    },
    tidy() {
      locks.removeExpired();
      users.removeUnverified();
    },
    seed: seedUsers(users),
  };
}

function create({ users, rbac }: Consumer, { fields }: ApiCall) {
  const address = fields.string('email');
  const phoneNumber = fields.string('phone_number');
  const externalId = fields.string('external_id');
  const roles = fields.strings('roles') ?? [];
  if (address === undefined && phoneNumber === undefined) {
    refuse(400, 'invalid_create_user_request', 'An email or a phone_number is required.');
  }
  rbac.requireRoles(roles);
  if (isSandbox(address, phoneNumber)) return toCreated(sandboxUser);
  const user = users.create({
    email: address === undefined ? undefined : { address: requireEmailAddress(address), verified: false },
    phoneNumber: phoneNumber === undefined ? undefined : requirePhoneNumber(phoneNumber),
    status: fields.boolean('create_user_as_pending') ? 'pending' : 'active',
    name: readName(fields),
    roles,
    trustedMetadata: mergeMetadata({}, fields.any('trusted_metadata')),
    untrustedMetadata: mergeMetadata({}, fields.any('untrusted_metadata')),
    externalId,
  });
  return toCreated(user);
}

function isSandbox(address: string | undefined, phoneNumber: string | undefined): boolean {
  return (
    (address !== undefined && isSandboxAddress(address)) || phoneNumber === sandboxPhoneNumber.phoneNumber
  );
}

function toCreated(user: User) {
  return {
    user_id: user.userId,
    email_id: user.emails[0]?.emailId ?? '',
    phone_id: user.phoneNumbers[0]?.phoneId ?? '',
    status: user.status,
    user: userToWire(user),
  };
}

function remove(users: Users, { parameter }: ApiCall) {
  const user = users.get(parameter('user_id'));
  users.delete(user);
  return { user_id: user.userId };
}

function removeExternalId(users: Users, { parameter }: ApiCall) {
  const user = users.get(parameter('user_id'));
  users.setExternalId(user, null);
  return { user_id: user.userId, user: userToWire(user) };
}
