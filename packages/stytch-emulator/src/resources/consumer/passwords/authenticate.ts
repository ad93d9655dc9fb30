import { type Fields } from '../../../wire/fields.js';
import { type Consumer } from '../consumer.js';
import { passwordFactor } from '../../sessions/factors/password-factor.js';
import { completeSignIn, readRequestedSession, sessionResponse } from '../sign-in/complete-sign-in.js';
import { sandboxSignIn } from '../sign-in/sandbox-sign-in.js';
import { requireEmailAddress } from '../../email-address.js';
import { isSandboxAddress } from '../users/sandbox-user.js';
import { readPassword } from '../../passwords/read-password.js';
import { verifyPassword } from './verify-password.js';

export async function authenticate(consumer: Consumer, fields: Fields) {
  const address = requireEmailAddress(fields.string('email'));
  const password = readPassword(fields);
  if (isSandboxAddress(address)) return sandboxSignIn(consumer, fields);

  const user = await verifyPassword(consumer, address, password);
  const requested = readRequestedSession(consumer, fields, user);
  const { session } = completeSignIn(consumer, { user, factor: passwordFactor }, requested);
  return sessionResponse(consumer, { user, session }, fields);
}
