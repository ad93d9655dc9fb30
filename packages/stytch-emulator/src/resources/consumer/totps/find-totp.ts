import { nowSeconds } from '../../../clock.js';
import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type Consumer } from '../consumer.js';
import { type UserTotp } from '../users/totp.js';
import { type User } from '../users/user.js';

/**
 * The authenticator app of the user in a request.
 *
 * @throws {ApiError} `user_not_found`, `invalid_user_id`, `user_lock_limit_reached`, `totps_not_found_for_user`,
 *   `expired_totp` if it was not verified in time
 */
export function findTotp({ users, locks, clock }: Consumer, fields: Fields): { user: User; totp: UserTotp } {
  const user = users.get(fields.string('user_id') ?? '');
  locks.refuseLocked(user);
  const totp = user.totps[0] ?? refuseUserWithout();
  if (!totp.verified && nowSeconds(clock) >= totp.expiresAtSeconds) {
    refuse(401, 'expired_totp', 'The TOTP was not authenticated in time. Create another one.');
  }
  return { user, totp };
}

export function refuseUserWithout(): never {
  return refuse(404, 'totps_not_found_for_user', 'The user has no TOTP.');
}

const recoveryCodeFormat = /^[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}$/;
const codeFormat = /^\d{6}$/;

/** @throws {ApiError} `invalid_totp_code`, `recovery_code_used_as_totp_code` */
export function readTotpCode(fields: Fields): string {
  const code = fields.string('totp_code') ?? '';
  if (codeFormat.test(code)) return code;
  return recoveryCodeFormat.test(code)
    ? refuse(400, 'recovery_code_used_as_totp_code', 'totp_code is a recovery code.')
    : refuse(400, 'invalid_totp_code', 'totp_code must be 6 digits.');
}

/** @throws {ApiError} `invalid_recovery_code`, `totp_code_used_as_recovery_code` */
export function readRecoveryCode(fields: Fields): string {
  const code = fields.string('recovery_code') ?? '';
  if (recoveryCodeFormat.test(code)) return code;
  return codeFormat.test(code)
    ? refuse(400, 'totp_code_used_as_recovery_code', 'recovery_code is a TOTP code.')
    : refuse(400, 'invalid_recovery_code', 'recovery_code must look like a1b2-c3d4-e5f6.');
}
