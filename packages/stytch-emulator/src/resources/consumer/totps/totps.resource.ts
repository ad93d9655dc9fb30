import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type Resource } from '../../resource.js';
import { type Consumer } from '../consumer.js';
import { userToWire } from '../users/user.wire.js';
import { authenticate } from './authenticate.js';
import { createTotp } from './create-totp.js';
import { refuseUserWithout } from './find-totp.js';
import { recover } from './recover.js';
import { isSandboxUser, sandboxTotp } from './sandbox-totp.js';

export function totpsResource(consumer: Consumer): Resource {
  return {
    name: 'totps',
    routes: {
      'POST /v1/totps': ({ fields }) => createTotp(consumer, fields),
      'POST /v1/totps/authenticate': ({ fields }) => authenticate(consumer, fields),
      'POST /v1/totps/recovery_codes': ({ fields }) => listRecoveryCodes(consumer, fields),
      'POST /v1/totps/recover': ({ fields }) => recover(consumer, fields),
      'DELETE /v1/users/totps/{totp_id}': ({ parameter }) => deleteTotp(consumer, parameter('totp_id')),
    },
  };
}

function listRecoveryCodes({ users }: Consumer, fields: Fields) {
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

function deleteTotp({ users }: Consumer, totpId: string) {
  const user =
    users.all().find(({ totps }) => totps.some((totp) => totp.totpId === totpId)) ??
    (/^totp-test-[\w-]+$/.test(totpId)
      ? refuse(404, 'totp_not_found', 'No user has a TOTP with this totp_id.')
      : refuse(400, 'invalid_totp_id', 'totp_id is not a valid TOTP id of a test project.'));
  users.entries.edit(user).totps = [];
  return { user_id: user.userId, user: userToWire(user) };
}
