import { formatDuration } from '../../../mailbox/format-duration.js';
import { type Fields } from '../../../wire/fields.js';
import { requireEmailAddress } from '../../email-address.js';
import { checkExpirationMinutes } from '../../sign-in/expiration-minutes.js';
import { checkLocale } from '../../sign-in/locale.js';
import { type B2B } from '../b2b.js';
import { type Organization } from '../organizations/organization.js';
import { memberFields } from '../members/member.wire.js';
import { findOrProvisionMember } from '../sign-in/join-organization.js';
import { refuseForbiddenMethod } from '../sign-in/sign-in-requirements.js';
import { readOrganization } from '../sign-in/read-organization.js';
import { type EmailPasscode, expirationLimits } from './email-passcode.js';

/** Emails a code to the member with this address. Creates the member if the organization allows that. */
export function loginOrSignup(b2b: B2B, fields: Fields) {
  checkLocale(fields);
  const organization = readOrganization(b2b, fields);
  const address = requireEmailAddress(fields.string('email_address'));
  const expirations = {
    login: readExpiration(fields, 'login'),
    signup: readExpiration(fields, 'signup'),
  };
  refuseForbiddenMethod(organization, 'email_otp', b2b.members.findByEmail(organization, address));
  const { member, created } = findOrProvisionMember(b2b, organization, {
    emailAddress: address,
    factors: [],
  });

  const purpose = member.status === 'active' ? 'login' : 'signup';
  const { memberId, email } = member;
  sendCode(
    b2b,
    { memberId, emailAddress: email.address, expirationMinutes: expirations[purpose] },
    purpose,
    organization,
  );
  return { ...memberFields(organization, member), member_created: created };
}

/** Emails a code with which a person finds the organizations of an email address. */
export function sendDiscovery(b2b: B2B, fields: Fields) {
  checkLocale(fields);
  const emailAddress = requireEmailAddress(fields.string('email_address'));
  const expirationMinutes = readExpiration(fields, 'discovery');
  sendCode(b2b, { memberId: null, emailAddress, expirationMinutes }, 'discovery', null);
  return {};
}

type Purpose = 'login' | 'signup' | 'discovery' | 'email_update';

function readExpiration(fields: Fields, purpose: Purpose): number {
  return checkExpirationMinutes(fields.integer(`${purpose}_expiration_minutes`), expirationLimits);
}

const labels: Record<Purpose, string> = {
  login: 'Login code',
  signup: 'Signup code',
  discovery: 'Discovery code',
  email_update: 'Email update code',
};

/** Delivers a new code to the mailbox. */
export function sendCode(
  { passcodes, mailbox, identifiers }: Pick<B2B, 'passcodes' | 'mailbox' | 'identifiers'>,
  request: Pick<EmailPasscode, 'memberId' | 'emailAddress'> & { expirationMinutes: number },
  purpose: Purpose,
  organization: Organization | null,
): void {
  const code = identifiers.passcode();
  const messageId = mailbox.deliver({
    kind: 'code',
    to: request.emailAddress,
    channel: 'email',
    type: `otp_${purpose}`,
    label: labels[purpose],
    subject: organization ? `Your code for ${organization.name}` : 'Your login code',
    text: `Enter this code to continue. It expires in ${formatDuration(request.expirationMinutes * 60)}.`,
    code,
    methodId: request.emailAddress,
    organization: organization && { name: organization.name, slug: organization.slug },
  });
  passcodes.create({ ...request, code, messageId });
}
