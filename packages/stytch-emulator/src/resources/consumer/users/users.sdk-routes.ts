import { refuse } from '../../../wire/api-error.js';
import { type SdkCall, type SdkRoutes } from '../../../wire/operation.js';
import { requireSdkSession } from '../../sessions/sdk-session.js';
import { type Consumer } from '../consumer.js';
import { deleteEmail, deletePhoneNumber } from './delete-contact.js';
import { requireStrongUser } from './require-strong-session.js';
import { withSdkUser } from './sdk-user.js';
import { updateUser } from './update-user.js';
import { userToWire } from './user.wire.js';

export function usersSdkRoutes(consumer: Consumer): SdkRoutes {
  return {
    'GET /sdk/v1/users/me': (call) =>
      userToWire(consumer.users.get(requireSdkSession(consumer, call).userId)),
    'PUT /sdk/v1/users/me': (call) => updateOwn(consumer, call),
    'DELETE /sdk/v1/users/emails/{email_id}': (call) =>
      withSdkUser(deleteEmail(consumer.users, call.parameter('email_id'), requireStrongUser(consumer, call))),
    'DELETE /sdk/v1/users/phone_numbers/{phone_id}': (call) =>
      withSdkUser(
        deletePhoneNumber(consumer.users, call.parameter('phone_id'), requireStrongUser(consumer, call)),
      ),
  };
}

const contactFields = ['emails', 'phone_numbers', 'crypto_wallets'];

/** Email addresses and phone numbers, which the web SDK does not send here, are added by codes and links. */
function updateOwn(consumer: Consumer, call: SdkCall) {
  const { fields } = call;
  const user = requireStrongUser(consumer, call);
  if (fields.any('trusted_metadata') !== undefined) {
    refuse(401, 'cannot_update_trusted_metadata', 'trusted_metadata can only be changed by a backend.');
  }
  const unsupported = contactFields.find((name) => fields.any(name) !== undefined);
  if (unsupported !== undefined) {
    refuse(501, 'emulator_not_implemented', `The emulator does not add ${unsupported} by an update yet.`);
  }
  return withSdkUser(updateUser(consumer, user, fields));
}
