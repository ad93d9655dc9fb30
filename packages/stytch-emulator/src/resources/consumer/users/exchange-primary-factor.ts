import { refuse } from '../../../wire/api-error.js';
import { type ApiCall } from '../../../wire/operation.js';
import { requireEmailAddress } from '../../email-address.js';
import { requirePhoneNumber } from '../../phone-number.js';
import { type User } from './user.js';
import { userToWire } from './user.wire.js';
import { type Users } from './users.js';

/**
 * Replaces the only email address or phone number of a user. Whether the new one is verified is not documented:
 * here, it is not, because nobody has proven to own it.
 */
export function exchangePrimaryFactor(users: Users, { fields, parameter }: ApiCall) {
  const user = users.get(parameter('user_id'));
  const address = fields.string('email_address');
  const phoneNumber = fields.string('phone_number');
  if ((address === undefined) === (phoneNumber === undefined)) {
    refuse(
      400,
      'invalid_exchange_primary_factor_fields',
      'Exactly one of email_address and phone_number is required.',
    );
  }
  requireSingleFactor(user);
  users.exchangePrimaryFactor(
    user,
    address === undefined
      ? { phoneNumber: requirePhoneNumber(phoneNumber) }
      : { address: requireEmailAddress(address) },
  );
  return { user_id: user.userId, user: userToWire(user) };
}

function requireSingleFactor({ emails, phoneNumbers, oauthRegistrations }: User): void {
  if (emails.length + phoneNumbers.length === 1 && oauthRegistrations.length === 0) return;
  refuse(400, 'invalid_exchange_primary_factor_user', 'The user must have exactly one factor.');
}
