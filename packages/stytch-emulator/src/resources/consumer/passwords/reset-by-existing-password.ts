import { type Fields } from '../../../wire/fields.js';
import { type Consumer } from '../consumer.js';
import { passwordFactor } from '../../sessions/factors/password-factor.js';
import { completeSignIn, readRequestedSession, sessionResponse } from '../sign-in/complete-sign-in.js';
import { sandboxSignIn } from '../sign-in/sandbox-sign-in.js';
import { requireEmailAddress } from '../../email-address.js';
import { isSandboxAddress } from '../users/sandbox-user.js';
import { requireStrongPassword } from '../../passwords/password-strength.js';
import { readPassword } from '../../passwords/read-password.js';
import { setNewPassword } from './set-new-password.js';
import { verifyPassword } from './verify-password.js';

export async function resetByExistingPassword(consumer: Consumer, fields: Fields) {
  const address = requireEmailAddress(fields.string('email'));
  const existing = readPassword(fields, 'existing_password');
  const password = readPassword(fields, 'new_password');
  if (isSandboxAddress(address)) return sandboxSignIn(consumer, fields);

  await requireStrongPassword(password, address);
  const user = await verifyPassword(consumer, address, existing);
  const requested = readRequestedSession(consumer, fields, user);
  setNewPassword(consumer, user, password, requested.existing);
  const { session } = completeSignIn(consumer, { user, factor: passwordFactor }, requested);
  return sessionResponse(consumer, { user, session }, fields);
}
