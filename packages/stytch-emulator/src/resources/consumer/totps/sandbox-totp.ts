import { type Fields } from '../../../wire/fields.js';
import { type Consumer } from '../consumer.js';
import { sandboxSignIn } from '../sign-in/sandbox-sign-in.js';
import { sandboxUser } from '../users/sandbox-user.js';

/** The codes that Stytch publishes for the sandbox user. */
export const sandboxTotp = {
  totpId: 'totp-test-00000000-0000-4000-8000-000000000000',
  code: '000000',
  recoveryCode: 'a1b2-c3d4-e5f6',
};

export function isSandboxUser(fields: Fields): boolean {
  return fields.string('user_id') === sandboxUser.userId;
}

export function authenticateSandbox(consumer: Consumer, fields: Fields) {
  return { totp_id: sandboxTotp.totpId, ...sandboxSignIn(consumer, fields) };
}
