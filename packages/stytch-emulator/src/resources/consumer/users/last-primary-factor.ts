import { refuse } from '../../../wire/api-error.js';
import { type User } from './user.js';

/** @throws {ApiError} `cannot_delete_last_primary_factor` if the user could no longer sign in without it */
export function refuseToRemoveLastFactor({ emails, phoneNumbers, oauthRegistrations }: User): void {
  if (emails.length + phoneNumbers.length + oauthRegistrations.length > 1) return;
  refuse(400, 'cannot_delete_last_primary_factor', 'The last primary factor of a user cannot be deleted.');
}
