import { refuse } from '../api/api-error.js';
import { type Fields } from '../api/fields.js';
import { type EmulatedProject } from '../emulated-project.js';
import { checkedEmailAddress } from '../users/email-address.js';
import { mergedMetadata } from '../users/metadata.js';
import { emailOf } from '../users/user.js';
import { nameIn } from '../users/user-name.js';
import { attributesIn } from './attributes.js';
import { lifeMinutes } from './life-minutes.js';

/** Mails an invitation; who it is for is a pending user until the link is opened. */
export function invite({ users, magicLinks, mailbox, redirectUrls }: EmulatedProject, fields: Fields) {
  const address = checkedEmailAddress(fields.string('email'));
  const redirectUrl = redirectUrls.choose('invite', fields.string('invite_magic_link_url'));
  const minutes = lifeMinutes('invite', fields.integer('invite_expiration_minutes'));
  const known = users.findByEmail(address);
  if (known?.status === 'active') refuse('duplicate_email', 'This user is active already.');
  if (known && magicLinks.hasOpen(known.userId, 'invite')) {
    refuse('user_already_invited', 'This user has an invitation that is still open.');
  }
  const user =
    known ??
    users.create({
      email: { address, verified: false },
      status: 'pending',
      name: nameIn(fields),
      trustedMetadata: mergedMetadata({}, fields.any('trusted_metadata')),
      untrustedMetadata: mergedMetadata({}, fields.any('untrusted_metadata')),
    });
  const emailId = emailOf(user, address)?.emailId ?? '';
  const link = magicLinks.create({
    kind: 'invite',
    userId: user.userId,
    methodId: emailId,
    redirectUrl,
    codeChallenge: null,
    attributes: attributesIn(fields),
    lifeMinutes: minutes,
  });
  mailbox.deliver(address, { ...link, kind: 'invite' });
  return { user_id: user.userId, email_id: emailId };
}

/** Voids the open invitations; the pending user stays, as nothing is known to the contrary. */
export function revokeInvite({ users, magicLinks }: EmulatedProject, fields: Fields) {
  const address = checkedEmailAddress(fields.string('email'));
  const user = users.findByEmail(address) ?? refuse('email_not_found', 'No user has this email address.');
  magicLinks.revokeAllOf(user.userId, 'invite');
  return {};
}
