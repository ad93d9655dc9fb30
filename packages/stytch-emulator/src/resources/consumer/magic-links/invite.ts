import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { readAttributes } from '../sign-in/attributes.js';
import { checkLocale } from '../../sign-in/locale.js';
import { requireEmailAddress } from '../../email-address.js';
import { mergeMetadata } from '../../metadata.js';
import { isSandboxAddress, sandboxEmail, sandboxUser } from '../users/sandbox-user.js';
import { requireEmailOf } from '../users/user.js';
import { readName } from '../users/user-name.js';
import { emailLink, readLinkOptions } from './email-link.js';
import { type Consumer } from '../consumer.js';

/** Emails an invitation. The user is pending until the link is opened. */
export function invite(context: Consumer, fields: Fields) {
  const { users, magicLinks } = context;
  checkLocale(fields);
  const address = requireEmailAddress(fields.string('email'));
  const options = readLinkOptions(context, fields, 'invite');
  if (isSandboxAddress(address)) return { user_id: sandboxUser.userId, email_id: sandboxEmail.emailId };
  const existing = users.findByEmail(address);
  if (existing?.status === 'active') refuse(400, 'duplicate_email');
  if (existing && magicLinks.hasPending(existing.userId, 'invite')) {
    refuse(400, 'user_already_invited', 'This user has a pending invitation.');
  }
  const user =
    existing ??
    users.create({
      email: { address, verified: false },
      status: 'pending',
      name: readName(fields),
      trustedMetadata: mergeMetadata({}, fields.any('trusted_metadata')),
      untrustedMetadata: mergeMetadata({}, fields.any('untrusted_metadata')),
    });
  const email = requireEmailOf(user, address);
  emailLink(context, email, {
    kind: 'invite',
    userId: user.userId,
    codeChallenge: null,
    attributes: readAttributes(fields),
    ...options,
  });
  return { user_id: user.userId, email_id: email.emailId };
}

/** Revokes the pending invitations of a user. Does not delete the user; what Stytch does is not documented. */
export function revokeInvite({ users, magicLinks }: Consumer, fields: Fields) {
  const address = requireEmailAddress(fields.string('email'));
  const user = users.findByEmail(address) ?? refuse(404, 'email_not_found');
  magicLinks.revokeAllOf(user.userId, 'invite');
  return {};
}
