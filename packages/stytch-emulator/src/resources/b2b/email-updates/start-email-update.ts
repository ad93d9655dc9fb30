import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type ApiCall } from '../../../wire/operation.js';
import { requireEmailAddress } from '../../email-address.js';
import { checkLocale } from '../../sign-in/locale.js';
import { type B2B } from '../b2b.js';
import { memberOf } from '../administration/path-parameters.js';
import { sendEmailLink } from '../email-links/send-email-link.js';
import { readLinkOptions } from '../magic-links/link-options.js';
import { memberFields } from '../members/member.wire.js';
import { sendCode } from '../otps/send-code.js';
import { callerOf } from '../rbac/caller.js';

const expirationMinutes = 5;

/** Sends a link or a code to a new address. The sign-in with it makes it the address of the member. */
export function startEmailUpdate(b2b: B2B, call: ApiCall) {
  const { fields } = call;
  checkLocale(fields);
  const { organization, member } = memberOf(b2b, call);
  callerOf(b2b, call, organization).require('stytch.member', 'update.info.email', member);
  const emailAddress = requireEmailAddress(fields.string('email_address'));
  // Codes need no redirect URL.
  const redirectUrl = isByCode(fields) ? undefined : readLinkOptions(b2b, fields, 'login').redirectUrl;
  if (member.status !== 'active') {
    refuse(400, 'email_updates_available_only_for_active_members', 'The member is not active.');
  }
  if (!member.emailVerified) {
    refuse(400, 'member_has_no_active_verified_email', 'The email address of the member is not verified.');
  }
  b2b.members.reserveEmail(organization, member, emailAddress, expirationMinutes);

  const request = { memberId: member.memberId, emailAddress, expirationMinutes };
  if (redirectUrl === undefined) sendCode(b2b, request, 'email_update', organization);
  else
    sendEmailLink(
      b2b,
      organization,
      { ...request, kind: 'email_update', redirectUrl, codeChallenge: null },
      {
        type: 'magic_link_email_update',
        label: 'Email update link',
        subject: `Confirm your new email address for ${organization.name}`,
        text: `Use the button to confirm your new email address and log in to ${organization.name}.`,
        action: 'Confirm',
      },
    );
  return memberFields(organization, member);
}

function isByCode(fields: Fields): boolean {
  const method = fields.string('delivery_method') ?? 'EMAIL_MAGIC_LINK';
  if (method !== 'EMAIL_OTP' && method !== 'EMAIL_MAGIC_LINK') {
    refuse(400, 'bad_request', 'delivery_method must be EMAIL_MAGIC_LINK or EMAIL_OTP.');
  }
  return method === 'EMAIL_OTP';
}
