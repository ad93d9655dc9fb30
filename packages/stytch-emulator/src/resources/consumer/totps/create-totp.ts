import { nowSeconds } from '../../../clock.js';
import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type Consumer } from '../consumer.js';
import { checkExpirationMinutes } from '../../sign-in/expiration-minutes.js';
import { type UserTotp } from '../users/totp.js';
import { type User } from '../users/user.js';
import { userToWire } from '../users/user.wire.js';
import { qrCode } from './qr-code.js';

const expirationLimits = { defaultMinutes: 24 * 60, minMinutes: 5, maxMinutes: 24 * 60 };
const recoveryCodeCount = 10;

/**
 * Creates an authenticator app for a user who has none. What Stytch does with one that is not verified yet is not
 * documented: here, it is replaced, so that a user can start again.
 */
export function createTotp(consumer: Consumer, fields: Fields) {
  const { users, clock } = consumer;
  const user = users.get(fields.string('user_id') ?? '');
  const minutes = checkExpirationMinutes(fields.integer('expiration_minutes'), expirationLimits);
  if (user.totps.some(({ verified }) => verified)) {
    refuse(400, 'active_totp_exists', 'The user has a TOTP, which must be deleted first.');
  }
  const totp = newTotp(consumer, nowSeconds(clock) + minutes * 60);
  users.entries.edit(user).totps = [{ ...totp, recoveryCodes: [...totp.recoveryCodes] }];
  return {
    user_id: user.userId,
    totp_id: totp.totpId,
    secret: totp.secret,
    qr_code: qrCode(keyUri(user, totp)),
    recovery_codes: totp.recoveryCodes.map(({ code }) => code),
    user: userToWire(user),
  };
}

function newTotp({ identifiers }: Consumer, expiresAtSeconds: number): UserTotp {
  return {
    totpId: identifiers.id('totp'),
    secret: identifiers.totpSecret(),
    verified: false,
    expiresAtSeconds,
    lastStep: 0,
    recoveryCodes: Array.from({ length: recoveryCodeCount }, () => ({
      recoveryCodeId: identifiers.id('totp-recovery-code'),
      code: identifiers.recoveryCode(),
    })),
  };
}

/** What authenticator apps read: github.com/google/google-authenticator/wiki/Key-Uri-Format. */
function keyUri({ userId, emails, phoneNumbers }: User, { secret }: UserTotp): string {
  const account = emails[0]?.address ?? phoneNumbers[0]?.phoneNumber ?? userId;
  const issuer = 'Stytch emulator';
  const query = `secret=${secret}&issuer=${encodeURIComponent(issuer)}`;
  return `otpauth://totp/${encodeURIComponent(`${issuer}:${account}`)}?${query}`;
}
