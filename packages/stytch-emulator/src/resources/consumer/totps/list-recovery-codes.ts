import { type Fields } from '../../../wire/fields.js';
import { type Consumer } from '../consumer.js';
import { refuseUserWithout } from './find-totp.js';
import { isSandboxUser, sandboxTotp } from './sandbox-totp.js';

export function listRecoveryCodes({ users }: Consumer, fields: Fields) {
  const user = users.get(fields.string('user_id') ?? '');
  if (isSandboxUser(fields)) {
    const { totpId, recoveryCode } = sandboxTotp;
    return {
      user_id: user.userId,
      totps: [{ totp_id: totpId, verified: true, recovery_codes: [recoveryCode] }],
    };
  }
  if (user.totps.length === 0) return refuseUserWithout();
  return {
    user_id: user.userId,
    totps: user.totps.map(({ totpId, verified, recoveryCodes }) => ({
      totp_id: totpId,
      verified,
      recovery_codes: recoveryCodes.map(({ code }) => code),
    })),
  };
}
