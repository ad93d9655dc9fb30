import { refuse } from '../api/api-error.js';
import { type ApiCall, type ApiRoutes } from '../api/api-route.js';
import { type EmulatedProject } from '../emulated-project.js';
import { checkedEmailAddress } from './email-address.js';
import { mergedMetadata } from './metadata.js';
import { searchUsers } from './user-search.js';
import { type User } from './user.js';
import { nameIn } from './user-name.js';
import { userToWire } from './user.wire.js';

export function userRoutes(project: EmulatedProject) {
  return {
    'POST /v1/users': (call) => create(project, call),
    'GET /v1/users/{user_id}': (call) => userToWire(project.users.get(call.parameter('user_id'))),
    'PUT /v1/users/{user_id}': (call) => update(project, call),
    'DELETE /v1/users/{user_id}': (call) => remove(project, call),
    'POST /v1/users/search': ({ fields }) => searchUsers(project.users.all(), fields),
    'DELETE /v1/users/emails/{email_id}': (call) => removeEmail(project, call),
    'DELETE /v1/users/{user_id}/external_id': (call) => removeExternalId(project, call),
  } satisfies ApiRoutes;
}

function create({ users }: EmulatedProject, { fields }: ApiCall) {
  const address = fields.string('email');
  const phoneNumber = checkedPhoneNumber(fields.string('phone_number'));
  const externalId = fields.string('external_id');
  if (address === undefined && phoneNumber === undefined && externalId === undefined) {
    refuse('invalid_create_user_request', 'Give an email, a phone_number or an external_id.');
  }
  const user = users.create({
    email: address === undefined ? undefined : { address: checkedEmailAddress(address), verified: false },
    phoneNumber,
    status: fields.boolean('create_user_as_pending') ? 'pending' : 'active',
    name: nameIn(fields),
    roles: fields.strings('roles'),
    trustedMetadata: mergedMetadata({}, fields.any('trusted_metadata')),
    untrustedMetadata: mergedMetadata({}, fields.any('untrusted_metadata')),
    externalId,
  });
  return {
    user_id: user.userId,
    email_id: user.emails[0]?.emailId ?? '',
    phone_id: user.phoneNumbers[0]?.phoneId ?? '',
    status: user.status,
    user: userToWire(user),
  };
}

function update({ users }: EmulatedProject, { fields, parameter }: ApiCall) {
  const user = users.get(parameter('user_id'));
  const name = nameIn(fields);
  const roles = fields.strings('roles') ?? user.assignedRoles;
  const trustedMetadata = mergedMetadata(user.trustedMetadata, fields.any('trusted_metadata'));
  const untrustedMetadata = mergedMetadata(user.untrustedMetadata, fields.any('untrusted_metadata'));
  users.setExternalId(user, fields.string('external_id') ?? user.externalId);
  Object.assign(user.name, name);
  user.assignedRoles = roles;
  user.trustedMetadata = trustedMetadata;
  user.untrustedMetadata = untrustedMetadata;
  return changed(user);
}

function remove({ users, sessions, magicLinks }: EmulatedProject, { parameter }: ApiCall) {
  const user = users.get(parameter('user_id'));
  users.delete(user);
  sessions.endAllOf(user.userId);
  magicLinks.revokeAllOf(user.userId);
  return { user_id: user.userId };
}

function removeEmail({ users }: EmulatedProject, { parameter }: ApiCall) {
  const emailId = parameter('email_id');
  const user =
    users.findByEmailId(emailId) ?? refuse('invalid_email_id', 'No user has an email address with this id.');
  if (user.emails.length + user.phoneNumbers.length === 1) {
    refuse('cannot_delete_last_primary_factor', 'Without it, nobody could sign in as this user any more.');
  }
  user.emails = user.emails.filter((email) => email.emailId !== emailId);
  return { user_id: user.userId, user: userToWire(user) };
}

function removeExternalId({ users }: EmulatedProject, { parameter }: ApiCall) {
  const user = users.get(parameter('user_id'));
  users.setExternalId(user, null);
  return { user_id: user.userId, user: userToWire(user) };
}

function changed(user: User) {
  const wire = userToWire(user);
  return {
    user_id: user.userId,
    emails: wire.emails,
    phone_numbers: wire.phone_numbers,
    crypto_wallets: wire.crypto_wallets,
    user: wire,
  };
}

function checkedPhoneNumber(phoneNumber: string | undefined): string | undefined {
  if (phoneNumber === undefined || /^\+[1-9]\d{6,14}$/.test(phoneNumber)) return phoneNumber;
  return refuse('invalid_phone_number', 'phone_number must be in E.164 format, for example +12025550123.');
}
