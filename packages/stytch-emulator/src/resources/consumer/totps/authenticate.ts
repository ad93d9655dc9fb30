import { nowSeconds } from '../../../clock.js';
import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type Consumer } from '../consumer.js';
import { type TotpFactor } from '../../sessions/factors/totp-factor.js';
import { completeSignIn, readRequestedSession, sessionResponse } from '../sign-in/complete-sign-in.js';
import { findTotp, readTotpCode } from './find-totp.js';
import { isSandboxUser, authenticateSandbox, sandboxTotp } from './sandbox-totp.js';
import { stepOfCode } from './totp-code.js';

export function authenticate(consumer: Consumer, fields: Fields) {
  const { users, locks, clock } = consumer;
  const code = readTotpCode(fields);
  if (isSandboxUser(fields)) {
    return code === sandboxTotp.code ? authenticateSandbox(consumer, fields) : refuseCode();
  }
  const { user, totp } = findTotp(consumer, fields);
  const step = stepOfCode(totp.secret, code, nowSeconds(clock));
  if (step === undefined) {
    locks.recordFailure(user);
    return refuseCode();
  }
  if (step <= totp.lastStep) {
    refuse(401, 'totp_code_already_authenticated', 'The code was already used. Wait for the next one.');
  }
  const requested = readRequestedSession(consumer, fields, user);

  const { totps } = users.entries.edit(user);
  for (const edited of totps) Object.assign(edited, { verified: true, lastStep: step });
  const factor: TotpFactor = { type: 'totp', deliveryMethod: 'authenticator_app', totpId: totp.totpId };
  const { session } = completeSignIn(consumer, { user, factor }, requested);
  return { totp_id: totp.totpId, ...sessionResponse(consumer, { user, session }, fields) };
}

function refuseCode(): never {
  return refuse(401, 'unable_to_authenticate_totp', 'The code is wrong, or its time is over.');
}
