import { type Fields } from '../../../wire/fields.js';
import { type Consumer } from '../consumer.js';
import { passwordFactor } from '../../sessions/factors/password-factor.js';
import { completeSignIn, readNewSession, sessionResponse } from '../sign-in/complete-sign-in.js';
import { sandboxSignIn } from '../sign-in/sandbox-sign-in.js';
import { requireEmailAddress } from '../../email-address.js';
import { hashPassword } from '../../passwords/hash-password.js';
import { mergeMetadata } from '../../metadata.js';
import { isSandboxAddress, sandboxEmail } from '../users/sandbox-user.js';
import { requireEmailOf } from '../users/user.js';
import { readName } from '../users/user-name.js';
import { requireStrongPassword } from '../../passwords/password-strength.js';
import { readPassword } from '../../passwords/read-password.js';

/** Creates a user, whose email address is not verified. */
export async function createUserWithPassword(consumer: Consumer, fields: Fields) {
  const address = requireEmailAddress(fields.string('email'));
  const password = readPassword(fields);
  if (isSandboxAddress(address)) {
    return { email_id: sandboxEmail.emailId, ...sandboxSignIn(consumer, fields) };
  }
  const requested = readNewSession(fields);
  consumer.users.refuseDuplicateEmail(address);
  await requireStrongPassword(password, address);

  const user = consumer.users.create({
    email: { address, verified: false },
    status: 'active',
    name: readName(fields),
    trustedMetadata: mergeMetadata({}, fields.any('trusted_metadata')),
    untrustedMetadata: mergeMetadata({}, fields.any('untrusted_metadata')),
  });
  consumer.users.setPassword(user, hashPassword(password));
  const { session } = completeSignIn(consumer, { user, factor: passwordFactor }, requested);
  const { emailId } = requireEmailOf(user, address);
  return { email_id: emailId, ...sessionResponse(consumer, { user, session }, fields) };
}
