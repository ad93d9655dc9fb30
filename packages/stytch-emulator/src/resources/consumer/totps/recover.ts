import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type Consumer } from '../consumer.js';
import { type TotpFactor } from '../../sessions/factors/totp-factor.js';
import { completeSignIn, readRequestedSession, sessionResponse } from '../sign-in/complete-sign-in.js';
import { findTotp, readRecoveryCode } from './find-totp.js';
import { authenticateSandbox, isSandboxUser, sandboxTotp } from './sandbox-totp.js';

/** Exchanges a recovery code, which is used up. */
export function recover(consumer: Consumer, fields: Fields) {
  const { users, locks } = consumer;
  const code = readRecoveryCode(fields);
  if (isSandboxUser(fields)) {
    return code === sandboxTotp.recoveryCode ? authenticateSandbox(consumer, fields) : refuseCode();
  }
  const { user, totp } = findTotp(consumer, fields);
  const recoveryCode = totp.recoveryCodes.find((candidate) => candidate.code === code);
  if (!recoveryCode) {
    locks.recordFailure(user);
    return refuseCode();
  }
  const requested = readRequestedSession(consumer, fields, user);

  for (const edited of users.entries.edit(user).totps) {
    edited.recoveryCodes = edited.recoveryCodes.filter((candidate) => candidate.code !== code);
  }
  const factor: TotpFactor = {
    type: 'recovery_codes',
    deliveryMethod: 'recovery_code',
    recoveryCodeId: recoveryCode.recoveryCodeId,
  };
  const { session } = completeSignIn(consumer, { user, factor }, requested);
  return { totp_id: totp.totpId, ...sessionResponse(consumer, { user, session }, fields) };
}

function refuseCode(): never {
  return refuse(401, 'unable_to_authenticate_recovery_code', 'The recovery code is wrong or was used.');
}
