import { type Fields } from '../../../wire/fields.js';
import { requireEmailAddress } from '../../email-address.js';
import { checkLocale } from '../../sign-in/locale.js';
import { checkCodeChallenge } from '../../sign-in/pkce.js';
import { type B2B } from '../b2b.js';
import { sendEmailLink } from '../email-links/send-email-link.js';
import { memberFields } from '../members/member.wire.js';
import { findOrProvisionMember } from '../sign-in/join-organization.js';
import { refuseForbiddenMethod } from '../sign-in/sign-in-requirements.js';
import { readOrganization } from '../sign-in/read-organization.js';
import { readLinkOptions } from './link-options.js';

/** Emails a link to the member with this address. Creates the member if the organization allows that. */
export function loginOrSignup(b2b: B2B, fields: Fields) {
  checkLocale(fields);
  const organization = readOrganization(b2b, fields);
  const address = requireEmailAddress(fields.string('email_address'));
  const codeChallenge = checkCodeChallenge(fields.string('pkce_code_challenge'));
  const options = {
    login: readLinkOptions(b2b, fields, 'login'),
    signup: readLinkOptions(b2b, fields, 'signup'),
  };
  refuseForbiddenMethod(organization, 'magic_link', b2b.members.findByEmail(organization, address));
  const { member, created } = findOrProvisionMember(b2b, organization, {
    emailAddress: address,
    factors: [],
  });

  const kind = member.status === 'active' ? 'login' : 'signup';
  const { memberId, email } = member;
  sendEmailLink(
    b2b,
    organization,
    { ...options[kind], kind, memberId, emailAddress: email.address, codeChallenge },
    emails[kind](organization.name),
  );
  return { ...memberFields(organization, member), member_created: created };
}

const emails = {
  login: (organization: string) => ({
    type: 'magic_link_login',
    label: 'Login link',
    subject: `Log in to ${organization}`,
    text: `Use the button to log in to ${organization}.`,
    action: 'Log in',
  }),
  signup: (organization: string) => ({
    type: 'magic_link_signup',
    label: 'Signup link',
    subject: `Join ${organization}`,
    text: `Use the button to confirm your email address and join ${organization}.`,
    action: 'Confirm',
  }),
};
